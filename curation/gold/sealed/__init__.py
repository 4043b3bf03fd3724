"""Sealed versions: their manifests, their verification, and what was withdrawn since."""
