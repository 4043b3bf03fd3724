"""What a task of Label Studio offered to annotators before it was brought up to date."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerHash:
    """
    The schema or guideline, by its *hash*, under which work was done that was last updated at *until* or before.

    *hash* is empty where unknown; *until* is a time of the server's.
    """

    hash: str
    until: str
