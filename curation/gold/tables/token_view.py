"""spaCy's tokens of the gold with IOB2 tags, ready to train on."""

from collections import Counter
from dataclasses import dataclass, field

from curation.documents.document import Entity
from curation.files import Json
from curation.formats.iob2 import tag_tokens
from curation.formats.spacy_tokens import FALLBACK_LANGUAGE, spacy_version, tokenize
from curation.gold.tables.rows import JsonRow


@dataclass
class TokenView:
    """
    The rows of the view, and what is counted of them.

    The tokens are never cut at the edges of the gold, which would tell a model where the spans are.
    Of the entities, *tagged* have tags, *not_aligned* begin or end inside a token, and *overlapping*
    lie within or across another one. *tokenizers* counts documents by the language of the rules.
    """

    tokens: int = 0
    tagged: int = 0
    not_aligned: int = 0
    overlapping: int = 0
    tokenizers: Counter[str] = field(default_factory=Counter)

    def row(self, gold: JsonRow) -> Json:
        """The tokens of a document, given by its row, where each starts in the text, and the tags."""
        tokens = tokenize(gold["text"], gold["lang"] or FALLBACK_LANGUAGE)
        entities = [Entity(one["start"], one["end"], one["label"]) for one in gold["entities"]]
        tagged = tag_tokens(tokens.words, tokens.starts, entities)
        self.tokens += len(tokens.words)
        self.tagged += tagged.tagged
        self.not_aligned += tagged.not_aligned
        self.overlapping += tagged.overlapping
        self.tokenizers[tokens.tokenizer] += 1
        return {
            "id": gold["id"],
            "group": gold["group"],
            "tokens": tokens.words,
            "starts": tokens.starts,
            "ner_tags": tagged.tags,
        }

    def counts(self) -> dict[str, int | float | str]:
        """What the manifest says of the view."""
        languages = ", ".join(sorted(self.tokenizers))
        return {
            "tokenizer": f"spaCy {spacy_version()} ({languages})",
            "tokens": self.tokens,
            "tagged": self.tagged,
            "not_aligned": self.not_aligned,
            "overlapping": self.overlapping,
        }
