"""How well annotators agree, whether their work is in files or in a version of the gold."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from curation import __version__
from curation.documents.document import Document
from curation.documents.stream import DocumentsFile
from curation.errors import UsageError
from curation.files import count_lines
from curation.gold.dataset import StoredDataset
from curation.gold.gold_set import NEXT, is_document_file, resolve_version_name
from curation.gold.versions import read_version
from curation.gold.working_dataset import read_working_dataset
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.scoring.documents_digest import DocumentsDigest
from curation.scoring.results import RESAMPLES

if TYPE_CHECKING:
    from curation.scoring.agreement import Agreement

Group = Sequence[tuple[str, Document]]


@dataclass(frozen=True)
class Layers:
    """
    Who made what of each document; *gold* is the version, or ``next``, that it comes from.

    *digest* is a sealed version's own.
    """

    groups: Iterable[Group]
    gold: str = ""
    digest: str = ""


def agree(layers: Layers, schema: Schema, *, seed: int) -> "Agreement":
    """How well annotators agree who did the same documents."""
    from curation.scoring.agreement import AgreementRecipe, measure_agreement

    digests: dict[str, DocumentsDigest] = {}

    def noted() -> Iterator[Group]:
        for group in layers.groups:
            known = [(name, schema.with_current_names(document)) for name, document in group]
            for name, document in known:
                digests.setdefault(name, DocumentsDigest(schema.symmetric)).add(document)
            yield known

    recipe = AgreementRecipe(
        gold=layers.gold,
        digest="",
        schema=schema.fingerprint,
        seed=seed,
        resamples=RESAMPLES,
        curate=__version__,
    )
    found = measure_agreement(noted(), schema.symmetric, recipe=recipe)
    # Whatever the annotators are called.
    whole = "".join(sorted(map(str, digests.values())))
    digest = sha256(whole.encode()).hexdigest()[:12]
    return replace(found, recipe=replace(recipe, digest=layers.digest or digest))


def layers_of(
    folder: Path,
    chosen: str | None,
    files: Iterable[Path],
    schema: Schema,
    *,
    watch: Watch = unwatched,
) -> Layers:
    """Of files, one for each annotator; without any, those of a version or ``next``."""
    paths = tuple(files)
    if paths:
        from curation.scoring.document_pairs import by_document

        _refuse_alone(paths, chosen)
        names = Counter(path.name for path in paths)
        told = [path.name if names[path.name] == 1 else str(path) for path in paths]
        sides = [(name, DocumentsFile(path)) for name, path in zip(told, paths, strict=True)]
        return Layers(watch(by_document(sides), "comparing", count_lines(paths[:1])))
    if chosen and is_document_file(chosen):
        what = f"{chosen}: a file, where --gold is for a version"
        raise UsageError(what, hint="give a file for each annotator, without --gold")
    name = resolve_version_name(folder, chosen)
    if name == NEXT:
        return replace(layers_in(read_working_dataset(folder, schema, watch), watch), gold=NEXT)
    version = read_version(folder, name, watch)
    digest = version.manifest.digest[:12]
    return replace(layers_in(version, watch), gold=name, digest=digest)


def layers_in(kept: StoredDataset, watch: Watch) -> Layers:
    """The same of what was read already."""
    every = groupby(kept.annotations, key=lambda one: one.document.id)
    groups = ([(one.annotator, one.document) for one in layers] for _, layers in every)
    return Layers(watch(groups, "comparing", len(kept.arms)))


def _refuse_alone(paths: Sequence[Path], chosen: str | None) -> None:
    """Raises UsageError where nobody could agree with anybody."""
    hint = "give a file for each annotator, or none and --gold VERSION, or --gold next"
    if chosen:
        raise UsageError("files and --gold were both given: of which is it?", hint=hint)
    if len(paths) == 1:
        raise UsageError(f"{paths[0]}: one file agrees with nobody", hint=hint)
    real = [path.resolve() for path in paths]
    if twice := [path for n, path in enumerate(paths) if real[n] in real[:n]]:
        raise UsageError(f"{twice[0]}: given twice", hint=hint)
