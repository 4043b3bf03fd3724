"""What is remembered between two commands: private, in ``.curate/state.sqlite``."""

from curation.state.annotators import Annotators
from curation.state.folder import Note, State

__all__ = ["Annotators", "Note", "State"]
