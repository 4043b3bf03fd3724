"""All scores of one set of predictions against one gold, with the recipe that made them."""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field

from curation.document import Document
from curation.errors import InputError, Problem, refuse
from curation.files import Json
from curation.scoring.counts import Counts, Tally
from curation.scoring.entities import exact_entities, strict_entities
from curation.scoring.relations import boundary_relations, strict_relations

FORMAT = 1


@dataclass(frozen=True)
class Recipe:
    """All that has to be the same for a score to come out the same."""

    gold: str
    digest: str
    schema: str
    model: str
    weights: str
    documents: int
    split: str
    arm: str
    curate: str

    def __str__(self) -> str:
        """One line to print beside every figure."""
        return "|".join(f"{key}:{value}" for key, value in asdict(self).items() if value != "")


@dataclass(frozen=True)
class Scores:
    """Tallies by scheme, for entities and for relations."""

    recipe: Recipe
    entities: dict[str, Tally] = field(default_factory=dict)
    relations: dict[str, Tally] = field(default_factory=dict)

    def to_json(self) -> Json:
        """Names and nesting are a contract (``"format": 1``); a rate of nothing is null."""
        return {
            "format": FORMAT,
            "recipe": asdict(self.recipe),
            "entities": {scheme: _tally(tally) for scheme, tally in self.entities.items()},
            "relations": {scheme: _tally(tally) for scheme, tally in self.relations.items()},
        }


def score(
    gold: Iterable[Document],
    predicted: Iterable[Document],
    *,
    recipe: Recipe,
    symmetric: Collection[str] = (),
) -> Scores:
    """
    Score *predicted* against *gold*, document by document by id.

    A document without predictions counts as one in which nothing was found.
    Raises InputError for predictions on a document that isn't in the gold, or
    on another text under its id.
    """
    golds = {document.id: document for document in gold}
    found = {document.id: document for document in predicted}
    _comparable(golds, found)
    entities = {"strict": Tally(), "exact": Tally()}
    relations = {"strict": Tally(), "boundaries": Tally()}
    for identity, document in sorted(golds.items()):
        other = found.get(identity, document.bare())
        entities["strict"] += strict_entities(document, other)
        entities["exact"] += exact_entities(document, other)
        relations["strict"] += strict_relations(document, other, symmetric)
        relations["boundaries"] += boundary_relations(document, other, symmetric)
    return Scores(recipe, entities, relations)


def _comparable(golds: dict[str, Document], found: dict[str, Document]) -> None:
    problems = []
    for identity, document in sorted(found.items()):
        if identity not in golds:
            problems.append(Problem(identity, "there are predictions, but no gold, for it"))
        elif golds[identity].text_sha256 != document.text_sha256:
            problems.append(Problem(identity, "its text in the predictions is not the gold's"))
    if problems:
        refuse(problems, InputError, hint="predict on the gold's own texts")


def _tally(tally: Tally) -> Json:
    return {
        "micro": _counts(tally.micro),
        "macro": {"f1": tally.macro_f1},
        "by_type": {label: _counts(counts) for label, counts in tally.by_type.items()},
    }


def _counts(counts: Counts) -> Json:
    return {
        "tp": counts.tp,
        "fp": counts.fp,
        "fn": counts.fn,
        "precision": counts.precision,
        "recall": counts.recall,
        "f1": counts.f1,
    }
