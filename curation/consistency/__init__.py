"""Likely mistakes in a gold that is read as a whole: where it says one thing here and another there."""
