"""A release: gold/next becomes a version that never changes again."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from curation.documents.document import Annotation
from curation.errors import GoldError, UsageError, many
from curation.files import json_line, lock, write_text
from curation.gold.card import CARD, write_card
from curation.gold.excluded_reasons import counted, withdrawn
from curation.gold.manifest import with_entry
from curation.gold.model import Gold, Kept, Version, Walk
from curation.gold.release_checks import refuse_obstacles
from curation.gold.seal import Provenance, seal
from curation.gold.totals import Survey, survey
from curation.gold.versions import (
    CHANGELOG,
    is_version,
    newest,
    order,
    read_changelog,
    read_manifest,
    read_seals,
    read_unannounced,
    read_version,
    versions,
)
from curation.gold.working import NEXT
from curation.gold.working_rows import walk_next
from curation.progress import Watch, unwatched
from curation.schema import Schema

FIRST = "0.1.0"


@dataclass(frozen=True)
class Step:
    """One thing a release has done."""

    what: str

    def __str__(self) -> str:
        return self.what


@dataclass(frozen=True)
class Released:
    """
    The version that has what gold/next has; not *new* where it was sealed before.

    Of its documents, so many have each of the *flags*, and so many *overlapping* spans.
    *absent* says why documents that are known aren't in it, *withdrawn* which are, though
    what they came from was deleted in Label Studio.
    """

    version: str
    digest: str
    path: Path
    new: bool
    flags: Mapping[str, int]
    overlapping: int
    absent: Mapping[str, str] = field(default_factory=dict)
    withdrawn: Mapping[str, str] = field(default_factory=dict)


def release(  # noqa: PLR0913 - each is known elsewhere
    gold: Path,
    schema: Schema,
    *,
    version: str | None,
    provenance: Callable[[Kept], Provenance],
    lock_file: Path,
    absent: Mapping[str, str] | None = None,
    watch: Watch = unwatched,
) -> Iterator[Step | Released]:
    """
    Seal gold/next, as *version* or as the next one that fits; Released comes last.

    *provenance* is asked for what was locked, and only if it is to be sealed. *absent* says why
    documents are not there, as far as that is known elsewhere. *watch* shows each
    walk over the rows. Killed after any step and run again, it ends with the same files. Raises
    GoldError, before anything is written, with all that is in the way.
    """
    with lock(lock_file, busy=f"another command is writing to {gold}"):
        _refuse_name(version)
        _refuse_gaps(gold)
        there = walk_next(gold, schema, watch)
        working = canonical(there, schema, watch)
        found = survey(working, schema)
        made = found.digest
        why = {**(absent or {}), **there.absent}
        left = withdrawn(found.texts, why)
        why = {
            document: reason for document, reason in why.items() if document not in found.texts
        }
        name = _unfinished(gold, made, version) or _unchanged(gold, made, schema, version)
        announced = name in read_seals(gold)
        before = None if announced else _before(gold, needed=version is None)
        if name is None:
            name = version or next_version(found, before)
            refuse_obstacles(gold, found, name, before, held=bool(there.absent))
        new = name not in versions(gold)
        if new:
            for file in seal(gold, name, working, found, provenance(there)):
                yield Step(f"wrote {file}")
            yield Step(f"sealed {gold / name}")
        if not announced:
            _announce(gold, name, before, why)
            yield Step(f"wrote {gold / CHANGELOG}")
        if write_card(gold):
            yield Step(f"wrote {gold / CARD}")
        yield Released(name, made, gold / name, new, found.flags, found.overlapping, why, left)


def canonical(working: Kept, schema: Schema, watch: Watch = unwatched) -> Kept:
    """The same with every symmetric relation in its one direction."""

    def gold(one: Gold) -> Gold:
        return replace(one, document=schema.canonical(one.document))

    def layer(annotation: Annotation) -> Annotation:
        suggestion = annotation.suggestion and schema.canonical(annotation.suggestion)
        document = schema.canonical(annotation.document)
        return replace(annotation, document=document, suggestion=suggestion)

    return Kept(
        Walk(lambda: watch(map(gold, working.golds), "documents", len(working.arms))),
        Walk(
            lambda: watch(
                map(layer, working.annotations), "annotations", working.origins.layers
            )
        ),
        working.origins,
        absent=working.absent,
    )


def next_version(found: Survey, before: Version | None) -> str:
    """
    The version that fits what has changed.

    Major: the schema; minor: documents came or went; patch: only annotations.
    """
    if before is None:
        return FIRST
    major, minor, patch = order(before.manifest.version)
    if found.schema.fingerprint != before.manifest.fingerprint:
        return f"{major + 1}.0.0"
    if found.texts.keys() != before.arms.keys():
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}"


def _refuse_name(version: str | None) -> None:
    if version is not None and not is_version(version):
        what = f"{version!r} is no version: three numbers and two dots are needed, as in 1.0.0"
        raise UsageError(what, hint="leave it out, and the next one that fits is taken")


def _refuse_gaps(gold: Path) -> None:
    """Every version that was ever announced is still there, its manifest unaltered."""
    seals = read_seals(gold)
    there = versions(gold)
    for version in seals:
        if version not in there:
            what = f"{gold / version} is gone, but {gold / CHANGELOG} says that it was sealed"
            raise GoldError(what, hint=f"git checkout {gold / version}")
    for version in there:
        # Only the newest can be one whose release was interrupted.
        if version in seals or version != there[-1]:
            read_manifest(gold, version)


def _before(gold: Path, *, needed: bool) -> Version | None:
    """The newest version that was announced; None too if it was altered and isn't *needed*."""
    announced = read_seals(gold)
    last = next((version for version in reversed(versions(gold)) if version in announced), None)
    if last is None:
        return None
    try:
        return read_version(gold, last)
    except GoldError:
        # An altered version must not stop somebody from releasing under a new number.
        if needed:
            raise
        return None


def _unfinished(gold: Path, made: str, version: str | None) -> str | None:
    """The version with this digest that was sealed but not announced, by a release cut short."""
    last = newest(gold)
    if last is None or last in read_seals(gold):
        return None
    sealed, _ = read_unannounced(gold, last)
    if version not in (None, last):
        what = f"the release of {gold / last} was interrupted and isn't complete"
        raise GoldError(what, hint=f"curate release {last}")
    if sealed.manifest.digest != made:
        what = (
            f"the release of {gold / last} was interrupted, and {gold / NEXT} has changed since"
        )
        raise GoldError(
            what, hint=f"rm -r {gold / last} (nobody has it yet), then release again"
        )
    return last


def _unchanged(gold: Path, made: str, schema: Schema, version: str | None) -> str | None:
    """The sealed version, the one asked for or the newest, that has this digest already."""
    last = newest(gold)
    asked = version if version in read_seals(gold) else last
    if asked is None:
        return None
    manifest = read_manifest(gold, asked)
    same = manifest.digest == made and manifest.fingerprint == schema.fingerprint
    return asked if same else None


def _announce(gold: Path, version: str, before: Version | None, why: Mapping[str, str]) -> None:
    """Put the version's entry, with the hashes that seal it, on top of the changelog."""
    sealed, manifest_sha256 = read_unannounced(gold, version)
    change = _change(sealed, before, why) if before else "The first version."
    if before is None and len(versions(gold)) > 1:
        change = "The version before it was altered, so that nothing can be compared with it."
    text = with_entry(read_changelog(gold), sealed.manifest, manifest_sha256, change)
    write_text(gold / CHANGELOG, text)


def _change(after: Version, before: Version, why: Mapping[str, str]) -> str:
    old, new = _named(before), _named(after)
    changed = sum(old[known] != new[known] for known in old.keys() & new.keys())
    gone = old.keys() - new.keys()
    reasons = counted(gone, why)
    said = (
        f"Against {before.manifest.version}: {many(len(new.keys() - old.keys()), 'document')} added,"
        f" {len(gone)} removed{f' ({reasons})' if reasons else ''}, {changed} changed."
    )
    if after.manifest.fingerprint != before.manifest.fingerprint:
        said += " The schema changed."
    return said


def _named(version: Version) -> dict[str, bytes]:
    """What tells each document's row from another one."""
    return {
        row["id"]: hashlib.sha256(json_line(dict(row)).encode()).digest()
        for row in version.rows
    }
