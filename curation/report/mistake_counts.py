"""How often each kind of mistake occurs, and how many edits it takes."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple

from curation.documents.document import Document
from curation.scoring.matching import match_entities
from curation.scoring.mistakes import Mistake, entity_mistakes, relation_mistakes


class CountedMistake(NamedTuple):
    """What mistakes are counted by: whether of a relation, the kind, and the label."""

    is_of_relation: bool
    kind: str
    label: str


class ConfusedTypes(NamedTuple):
    """Two types of which one was suggested for the other, and whether they are relations'."""

    is_of_relation: bool
    gold: str
    suggested: str


@dataclass
class MistakeCounts:
    """All mistakes, counted as documents pass; the documents themselves aren't held."""

    symmetric: Collection[str] = ()
    times: Counter[CountedMistake] = field(default_factory=Counter)
    edits: Counter[CountedMistake] = field(default_factory=Counter)
    confused: Counter[ConfusedTypes] = field(default_factory=Counter)
    documents: int = 0

    def count(self, gold: Document, predicted: Document) -> list[Mistake]:
        """Count the mistakes of one document and give them, entities first."""
        found = [
            *entity_mistakes(match_entities(gold, predicted)),
            *relation_mistakes(gold, predicted, self.symmetric),
        ]
        self.documents += 1
        for mistake in found:
            counted = CountedMistake(mistake.is_of_relation, mistake.kind, mistake.label)
            self.times[counted] += 1
            self.edits[counted] += mistake.edits
            labels = [side.label for side in mistake.sides]
            if len({*labels}) == 2:
                self.confused[ConfusedTypes(mistake.is_of_relation, *labels)] += 1
        return found
