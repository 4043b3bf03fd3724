"""What commands remember for the next command: private, in ``.curate/state.sqlite``."""

from curation.state.pseudonyms import Pseudonyms
from curation.state.state import Note, State

__all__ = ["Note", "Pseudonyms", "State"]
