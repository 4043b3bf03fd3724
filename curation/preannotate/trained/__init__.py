"""What ``curate train`` adds to a spaCy model: a classifier of relations, and the recipe."""
