"""What is different between two states of the gold, and old gold under today's types."""
