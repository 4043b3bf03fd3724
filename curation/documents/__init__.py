"""Documents with their entities and relations, and the interchange format."""
