"""What a model is trained on, and how."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from curation.documents.document import Document


@dataclass(frozen=True, kw_only=True)
class TrainingMaterial:
    """
    The gold documents to train on, with the group of each by id, and where they come from.

    *held_out* counts those that were left out since sealed versions have them, or others of their groups, in
    validation or test. *left_out* counts those that were annotated before some types were offered: where these don't
    occur says nothing. *by_programs* counts those that no person is known to have annotated, *assisted* those
    that were annotated with suggestions.
    """

    gold: str
    digest: str
    split: str
    where: str
    documents: tuple[Document, ...]
    groups: Mapping[str, str]
    held_out: int = 0
    left_out: int = 0
    by_programs: int = 0
    assisted: int = 0
    entities: Mapping[str, int] = field(default_factory=dict)
    relations: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class TrainingOptions:
    """
    How to train: *epochs* times over the entities, from *seed*; cross-validated in *folds*.

    *base* is the model to begin with, None for the baseline. Where *keeps_entities*, relations alone are
    learned.
    """

    base: str | None = None
    seed: int = 7
    epochs: int = 10
    folds: int = 6
    keeps_entities: bool = False
