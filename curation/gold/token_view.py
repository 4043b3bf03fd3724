"""spaCy's tokens of the gold with IOB2 tags, ready to train on."""

from collections import Counter
from dataclasses import dataclass, field

from curation.files import Json
from curation.formats.iob2 import tag_tokens
from curation.formats.spacy_tokens import spacy_version, tokenize
from curation.formats.whole_tokens import language_of
from curation.gold.dataset import GoldDocument


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

    def row(self, gold: GoldDocument) -> Json:
        """The tokens of a document, where each starts in the text, and the tags."""
        document = gold.document
        tokens = tokenize(document.text, language_of(document))
        tagged = tag_tokens(tokens.words, tokens.starts, document.entities)
        self.tokens += len(tokens.words)
        self.tagged += tagged.tagged
        self.not_aligned += tagged.not_aligned
        self.overlapping += tagged.overlapping
        self.tokenizers[tokens.tokenizer] += 1
        return {
            "id": gold.id,
            "group": gold.group,
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
