"""Differences to adjudicators as tasks, and their verdicts read back."""
