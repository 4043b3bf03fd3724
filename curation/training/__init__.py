"""A model trained on the gold: entities by spaCy's training, relations by a classifier."""
