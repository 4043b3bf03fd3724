"""Annotations from Label Studio: what was meant, and everything that is in doubt."""
