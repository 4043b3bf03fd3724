"""What of a version is published by each article's licence, and texts put back into it."""
