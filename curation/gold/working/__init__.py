"""gold/next, the only version that changes: its files, and what of them is gold."""
