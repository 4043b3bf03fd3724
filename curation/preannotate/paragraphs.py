"""A pipe that keeps sentences from running across a newline."""

from typing import Any

from spacy.language import Language

NAME = "para_start"


def para_start(doc: Any) -> Any:
    """
    Start a sentence after every newline; the parser and the names keep to it.

    Headlines and captions end without a full stop and would be read on into
    the next paragraph.
    """
    # White space is a token of its own wherever it is more than one blank, so
    # a newline never stands inside a word.
    for before in doc[:-1]:
        if "\n" in before.text:
            before.nbor().is_sent_start = True
    return doc


Language.component(NAME, func=para_start)
