"""Suggestions by the workers of a Ray cluster, written in shards."""
