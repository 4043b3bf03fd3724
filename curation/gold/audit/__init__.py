"""Audits of the gold by a later, independent annotation."""
