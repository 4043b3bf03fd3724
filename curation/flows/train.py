"""``curate train``: a model trained on the gold, cross-validated, as a folder."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from curation.documents.document import Document
from curation.documents.meta_selection import EVERY_DOCUMENT, MetaSelection
from curation.errors import GoldError, ModelError, UsageError, pluralise
from curation.files import refuse_folder_in_use
from curation.gold.release.groups import GivenText, assign_groups
from curation.gold.release.sealed_groups import SealedGroups, read_sealed_groups
from curation.gold.release.splits import TRAIN
from curation.gold.scored_gold import (
    ALL_SPLITS,
    is_document_file,
    read_gold_set,
    resolve_version_name,
)
from curation.gold.working.version import NEXT
from curation.preannotate.trained.recipe import TrainingRecipe
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.scoring.counts import OutcomeCounts
from curation.scoring.documents_digest import DocumentsDigest
from curation.scoring.results import ASSISTED
from curation.training.material import TrainingMaterial, TrainingOptions
from curation.workspace import Workspace

if TYPE_CHECKING:
    from curation.training.cross_validation import CrossValidation

# Fewer can't be cross-validated in a way that means anything.
FEWEST_DOCUMENTS = 4
_CURVE_SHARES = (0.25, 0.5, 0.75)


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What cross-validation says where only some of the documents are trained on."""

    documents: int
    entities: OutcomeCounts
    relations: OutcomeCounts


@dataclass(frozen=True, kw_only=True)
class Training:
    """The folder of a trained model, its recipe, and its learning curve where that was asked for."""

    folder: Path
    recipe: TrainingRecipe
    curve: tuple[CurvePoint, ...] = ()

    @property
    def is_worse_at_entities(self) -> bool:
        """Whether the entities were trained, and their cross-validated F1 is no higher for it."""
        counts = self.recipe.scores["entities"]
        before, after = (
            2 * one["correct"] / (one["gold"] + one["predicted"] or 1)
            for one in (counts["before"]["micro"], counts["after"]["micro"])
        )
        return bool(self.recipe.epochs) and after <= before


def read_material(
    workspace: Workspace,
    schema: Schema,
    gold: str | None,
    *,
    split: str = TRAIN,
    where: MetaSelection = EVERY_DOCUMENT,
    watch: Watch = unwatched,
) -> TrainingMaterial:
    """
    The documents to train on: of a version those of the *split*, of a file all that are selected.

    Of ``next`` those that no sealed version has in another split than train, by themselves or by their
    group; all of them where the *split* is ``all``. Raises GoldError where these are too few to cross-validate.
    """
    is_file = bool(gold and is_document_file(gold))
    is_next = not is_file and resolve_version_name(workspace.gold, gold) == NEXT
    has_no_splits = split == TRAIN and (is_file or is_next)
    truth = read_gold_set(
        workspace.gold,
        gold,
        schema,
        split=ALL_SPLITS if has_no_splits else split,
        where=where,
        watch=watch,
    ).under_current_names(schema)
    known = frozenset(schema.entities), frozenset(schema.relations)
    held_out = (
        _held_out(truth.documents, workspace.gold)
        if is_next and split == TRAIN
        else frozenset[str]()
    )
    chosen = [
        _of_types(one, *known)
        for one in truth.documents
        if one.id not in held_out and not truth.not_offered.get(one.id)
    ]
    documents = tuple(sorted(chosen, key=lambda document: document.id))
    groups = assign_groups(map(_given_text, documents), SealedGroups()).groups
    count = len({*groups.values()})
    if count < FEWEST_DOCUMENTS:
        raise GoldError(
            f"{truth.name} has {pluralise(count, 'document')} to train on, near copies counted once; "
            f"at least {FEWEST_DOCUMENTS} are needed"
            + (f"; {len(held_out)} are sealed in validation or test" if held_out else ""),
            hint="annotate more, then: curate pull",
        )
    digest = DocumentsDigest(schema.symmetric)
    for document in documents:
        digest.add(document)
    return TrainingMaterial(
        gold=truth.name,
        digest=str(digest),
        split=truth.split,
        where=truth.where,
        documents=documents,
        groups=groups,
        held_out=len(held_out),
        left_out=(truth.document_count or len(documents)) - len(held_out) - len(documents),
        by_programs=sum(one.id in truth.machine_annotated for one in documents),
        assisted=sum(truth.arms.get(one.id) == ASSISTED for one in documents),
        entities=Counter(one.label for document in documents for one in document.entities),
        relations=Counter(one.label for document in documents for one in document.relations),
    )


def train(
    schema: Schema,
    material: TrainingMaterial,
    folder: Path,
    options: TrainingOptions,
    *,
    with_curve: bool = False,
    watch: Watch = unwatched,
) -> Training:
    """Train on the *material* and write the model into *folder*, which must be new or empty."""
    from curation.preannotate.model_files import INSTALL_HINT, chosen_model, locate_model
    from curation.preannotate.pipeline import load_located_model
    from curation.training.cross_validation import Trainer
    from curation.training.model import train_model, write_model

    refuse_folder_in_use(folder, "the model")
    base = chosen_model(schema, options.base)
    if base.recipe and not options.base:
        # The schema names what suggests; training begins with what that was made of.
        base = locate_model(base.recipe.base.name)
    if base.recipe:
        raise UsageError(
            f"{base.layer.name} was trained by curate train already, which begins with a model that wasn't",
            hint=f"curate train --model {base.recipe.base.name}",
        )
    if missing := base.missing_for_training:
        raise ModelError(
            f"{base.layer.name} has no {', '.join(missing)}, which training needs",
            hint=f"begin with another model, as: {INSTALL_HINT}",
        )
    trainer = Trainer(partial(load_located_model, base), schema, options)
    documents = trainer.in_rule_names(material.documents)
    model = train_model(trainer, documents, material.groups, watch)
    curve = []
    if with_curve:
        for share in _CURVE_SHARES:
            some = trainer.cross_validate(documents, material.groups, watch, share=share)
            curve.append(_curve_point(round(share * len(documents)), some))
        curve.append(_curve_point(len(documents), model.validation))
    recipe = write_model(folder, trainer, model, material)
    return Training(folder=folder, recipe=recipe, curve=tuple(curve))


def _curve_point(documents: int, found: "CrossValidation") -> CurvePoint:
    return CurvePoint(
        documents,
        found.count_entities(found.after).micro,
        found.count_relations(found.after).micro,
    )


def _held_out(documents: Iterable[Document], gold: Path) -> frozenset[str]:
    """The documents that a sealed version has in another split than train, or a document of their group."""
    grouping = assign_groups(map(_given_text, documents), read_sealed_groups(gold))
    splits = grouping.sealed.splits
    return frozenset(
        document
        for document, group in grouping.groups.items()
        if any(
            splits.get(one, TRAIN) != TRAIN
            for one in (group, *grouping.bridges.get(document, ()))
        )
    )


def _given_text(document: Document) -> GivenText:
    return GivenText(document.id, document.text, document.group)


def _of_types(
    document: Document, entities: frozenset[str], relations: frozenset[str]
) -> Document:
    """The document without types that the schema doesn't have, as a file may."""
    kept = [one for one in document.entities if one.label in entities]
    there = frozenset(kept)
    return replace(
        document,
        entities=tuple(kept),
        relations=tuple(
            one
            for one in document.relations
            if one.label in relations and {one.head, one.tail} <= there
        ),
    )
