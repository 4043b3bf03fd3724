"""
How well annotators agree: each with each other, over the documents that both annotated.

F1 of spans and relations comes from the same matching as scores; Cohen's κ and
Krippendorff's α are over tokens.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from curation.documents.document import Document
from curation.errors import InputError, Problem, raise_problems
from curation.scoring.agreement_parts import ComparedPairs
from curation.scoring.agreement_results import Agreement, AgreementRecipe, AnnotatorPair
from curation.scoring.annotator_pairs import BYTES_AT_ONCE, AgreementLabels, PairMatches
from curation.scoring.document_pairs import have_one_text, with_one_text
from curation.scoring.given_documents import CountedPlaces, InputOddities
from curation.scoring.matched_documents import sorted_places
from curation.scoring.matching import entity_columns
from curation.scoring.token_agreement import TokenTables
from curation.scoring.tokens import label_tokens
from curation.scoring.waiting_documents import approximate_bytes

# The versions of one document, with the names of their annotators.
Versions = Sequence[tuple[str, Document]]


def measure_agreement(
    documents: Iterable[Versions], symmetric: Collection[str], *, recipe: AgreementRecipe
) -> Agreement:
    """
    The agreement of annotators, from the versions of each document.

    Raises InputError, at the end, where two annotators have different texts
    under one id, or where one has a document twice.
    """
    annotations = _ComparedAnnotations(symmetric)
    problems: list[Problem] = []
    for versions in documents:
        problems += _incomparable(versions)
        if not problems:
            annotations.add(dict(versions))
    if problems:
        raise_problems(
            sorted(problems),
            InputError,
            hint="compare annotations of the same texts, once each",
        )
    text_ends = CountedPlaces.of(annotations.text_ends)
    agreement = Agreement(
        recipe,
        oddities=InputOddities(text_ends=text_ends),
        annotators=tuple(sorted(annotations.annotators)),
        documents=len(annotations.ids),
        documents_by_one=annotations.documents_by_one,
    )
    if not annotations.ids:
        return agreement
    annotations.compare_waiting()
    compared = ComparedPairs(
        annotations.pairs, annotations.tokens, sorted_places(annotations.ids), recipe
    )
    together = compared.together
    return replace(
        agreement,
        entities=together.entities,
        relations=together.relations,
        kappa=together.kappa,
        alpha=together.alpha,
        spans_left_out=annotations.spans_left_out,
        pairs=tuple(compared.pairs.values()),
        by_annotator=tuple(compared.by_annotator()),
    )


def _incomparable(versions: Versions) -> Iterator[Problem]:
    """What keeps the versions of one document from being compared."""
    names: set[str] = set()
    for name, document in versions:
        if name in names:
            yield Problem(document.id, f"the document is twice in the annotations of {name}")
        elif not have_one_text(versions[0][1], document):
            yield Problem(
                document.id, f"the text of {name} differs from the other annotators' text"
            )
        names.add(name)


class _ComparedAnnotations:
    """All that agreement needs of the documents that have come, pair by pair of annotators."""

    def __init__(self, symmetric: Collection[str]) -> None:
        self.symmetric = symmetric
        self.annotators: set[str] = set()
        self.ids: list[str] = []
        self.documents_by_one = 0
        self.text_ends: list[str] = []
        self.spans_left_out = 0
        self.pairs: dict[AnnotatorPair, PairMatches] = {}
        self.tokens = TokenTables()
        self.labels = AgreementLabels()
        # The numbers and annotations of documents that wait, by their annotators.
        self.waiting: dict[tuple[str, ...], list[tuple[int, list[Document]]]] = defaultdict(
            list
        )
        self.free_bytes = BYTES_AT_ONCE

    def add(self, versions: Mapping[str, Document]) -> None:
        """Add one document's versions, by annotator."""
        self.annotators.update(versions)
        if len(versions) < 2:
            self.documents_by_one += 1
            return
        annotations = list(versions.values())
        if len({document.text for document in annotations}) > 1:
            annotations = with_one_text(annotations)
            self.text_ends.append(annotations[0].id)
        self.waiting[tuple(versions)].append((len(self.ids), annotations))
        self.ids.append(annotations[0].id)
        self.free_bytes -= sum(map(approximate_bytes, annotations))
        if self.free_bytes < 0:
            self.compare_waiting()

    def compare_waiting(self) -> None:
        """Compare the documents that wait, those of the same annotators together."""
        for annotators, documents in self.waiting.items():
            numbers = [number for number, _ in documents]
            versions = [annotations for _, annotations in documents]
            entities, labels = entity_columns(versions)
            tokens = label_tokens(versions, entities, labels)
            self.tokens.add(annotators, numbers, tokens)
            self.spans_left_out += int(np.sum(tokens.left_out))
            for pair in combinations(sorted(annotators), 2):
                if pair not in self.pairs:
                    self.pairs[pair] = PairMatches(self.symmetric, self.labels)
                one, other = map(annotators.index, pair)
                batch = [(each[one], each[other]) for each in versions]
                self.pairs[pair].add(batch, numbers, [entities[one], entities[other]], labels)
        self.waiting.clear()
        self.free_bytes = BYTES_AT_ONCE
