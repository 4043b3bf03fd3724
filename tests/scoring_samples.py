"""Annotated twice: what the tests of scores begin with."""

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st
from samples import SCHEMA
from strategies import marked, texts

from curation.documents.document import Document, Entity, Layer, Relation
from curation.scoring.counts import OutcomeCounts
from curation.scoring.match_table import as_missed_and_spurious
from curation.scoring.matched_documents import MatchedDocuments, ScoringContext, match_documents
from curation.scoring.matching import entity_columns
from curation.scoring.results import ScoreRecipe
from curation.scoring.schemes import ENTITY_SCHEMES, RELATION_SCHEMES
from curation.scoring.tokens import label_tokens

RECIPE = ScoreRecipe(
    gold="g",
    digest="d",
    schema="s",
    model="m",
    weights="w",
    documents=0,
    split="all",
    arm="all",
    seed=7,
    resamples=200,
    curate="0",
)
CONTEXT = ScoringContext(SCHEMA.symmetric)
CROWDED = "abcdefghijkl"


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Document, Document]:
    """One text annotated twice."""
    article = Document("d", draw(texts()))
    one = draw(marked(SCHEMA, article, Layer("gold")))
    two = draw(marked(SCHEMA, article, Layer("annotator", "person-1")))
    shared = draw(st.sampled_from([(), one.entities]))
    return one, replace(two, entities=tuple({*two.entities, *shared}))


@st.composite
def crowded(draw: st.DrawFn) -> tuple[Document, Document]:
    """One short text annotated twice, with spans on top of one another, equal ones too."""
    places = st.tuples(st.integers(0, 7), st.integers(1, 4), st.sampled_from("ABC"))
    sides = st.lists(places, max_size=5)
    one, other = (
        Document("d", CROWDED, tuple(Entity(s, s + n, label) for s, n, label in draw(sides)))
        for _ in range(2)
    )
    return one, other


@st.composite
def corpora(draw: st.DrawFn, most: int = 5) -> tuple[list[Document], list[Document]]:
    """Several documents annotated twice."""
    found = draw(st.lists(pairs() | crowded(), min_size=1, max_size=most))
    sides = ([replace(pair[n], id=f"d{i}") for i, pair in enumerate(found)] for n in (0, 1))
    one, other = sides
    return one, other


def matched_up(gold: Document, predicted: Document) -> MatchedDocuments:
    """The matches of one document."""
    return match_documents([gold], [predicted], CONTEXT)


def entity_counts(scheme: str, gold: Document, predicted: Document) -> dict[str, OutcomeCounts]:
    """By type."""
    return matched_up(gold, predicted).entities.counts(ENTITY_SCHEMES[scheme])


def relation_counts(
    scheme: str, gold: Document, predicted: Document, symmetric=SCHEMA.symmetric
) -> dict[str, OutcomeCounts]:
    """By type."""
    found = match_documents([gold], [predicted], ScoringContext(symmetric)).relations.types
    return as_missed_and_spurious(found.counts(RELATION_SCHEMES[scheme]))


def micro(counts: dict[str, OutcomeCounts]) -> OutcomeCounts:
    """All types together."""
    return sum(counts.values(), OutcomeCounts())


def document_with(
    text: str, *spans: tuple[int, int, str], arrows: tuple[tuple[int, int, str], ...] = ()
):
    """A document by its spans; arrows name their places."""
    entities = tuple(Entity(*span) for span in spans)
    relations = tuple(Relation(entities[h], entities[t], label) for h, t, label in arrows)
    return Document("d", text, entities, relations)


def token_labels(annotations):
    """The label of each token of one text, by each of the annotations."""
    found = label_tokens([annotations], *entity_columns([annotations]))
    return [
        [found.names[label] for label in np.repeat(side, found.tokens)] for side in found.sides
    ]
