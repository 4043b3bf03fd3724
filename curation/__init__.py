"""Turns news articles into a gold dataset of entities and relations."""

__version__ = "0.1.0"
