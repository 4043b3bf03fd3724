"""Formats of other tools: documents as the contents of their files, and back."""
