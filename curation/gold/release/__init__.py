"""A release: planned, everything in its way told, sealed, announced."""
