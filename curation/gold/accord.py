"""Whether both files of gold/next tell one story: each gold is what its annotations agree on."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

from curation.document import Annotation
from curation.errors import Problem, Problems
from curation.files import Json, json_line
from curation.gold.absent import DIFFER, FLAGGED
from curation.gold.adjudicate import settle
from curation.gold.model import Gold
from curation.gold.record import gold_row
from curation.schema import Schema

# What a gold has of its annotations where no curator had a say in it.
SAID = ("entities", "relations", "flags")

HINT = "curate pull --full brings both files together, or: git checkout {}"


class _Claim(NamedTuple):
    """What a gold says of where it comes from, and the hash of what it says."""

    text_sha256: str
    annotators: tuple[str, ...]
    number: int
    adjudicated: bool
    said: bytes


class Accord:
    """
    What the golds claim, held against the annotations that come after them.

    They may be apart where a pull was cut off between the two files, where half of a
    merge was taken, or where one of them is gone. *claims* are those that no
    annotation was seen for yet, *absent* says why documents with annotations have no gold.
    """

    def __init__(self, schema: Schema) -> None:
        self.claims: dict[str, _Claim] = {}
        self.problems = Problems()
        self.absent: dict[str, str] = {}
        self.schema = schema

    def claim(self, gold: Gold, row: Json) -> None:
        """One more gold, and its row."""
        who = gold.annotators, gold.n_annotations, gold.adjudicated
        self.claims[gold.id] = _Claim(row["text_sha256"], *who, _said(row))

    def hold(self, annotations: Iterable[Annotation]) -> Iterator[Annotation]:
        """The same annotations; those of a document are held against its gold as they go by."""
        for document, some in groupby(annotations, key=lambda one: one.document.id):
            layers = list(some)
            self.problems += (Problem(document, what) for what in self._apart(document, layers))
            yield from layers
        for document, claim in self.claims.items():
            if claim.annotators or claim.number:
                who = ", ".join(claim.annotators) or f"{claim.number} annotations"
                self.problems.append(
                    Problem(document, f"its gold names {who}, and there is none")
                )

    def _apart(self, document: str, layers: list[Annotation]) -> Iterator[str]:
        claim = self.claims.pop(document, None)
        settled = settle(layers, self.schema)
        (gold,) = settled.golds or (None,)
        if claim is None:
            if gold is None:
                self.absent[document] = DIFFER if settled.conflicts else FLAGGED
            else:
                yield "its annotations agree, but there is no gold of it"
            return
        if any(layer.document.text_sha256 != claim.text_sha256 for layer in layers):
            yield "the text of its gold isn't that of its annotations"
            return
        there = {layer.annotator for layer in layers}
        for name in claim.annotators:
            if name not in there:
                yield f"its gold names {name}, who has no annotation of it"
        if claim.adjudicated:
            return
        if claim.number != len(layers):
            yield f"its gold names {claim.number} annotations, and there are {len(layers)}"
        elif gold is None or _said(gold_row(gold)) != claim.said:
            yield "its gold isn't what its annotations say, and no curator settled it"


def contradicting(
    golds: Iterable[Gold], annotations: Iterable[Annotation], schema: Schema
) -> set[str]:
    """The first of the documents whose gold isn't what their annotations say."""
    accord = Accord(schema)
    for gold in golds:
        accord.claim(gold, gold_row(replace(gold, document=schema.canonical(gold.document))))
    for _ in accord.hold(annotations):
        pass
    return {problem.place for problem in accord.problems.first}


def _said(row: Json) -> bytes:
    return hashlib.sha256(json_line({key: row[key] for key in SAID}).encode()).digest()
