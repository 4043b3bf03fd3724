"""Whether everything in the gold folder is what it was sealed as: every fault, not the first alone."""

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from curation.annotations.record import DocumentRecord
from curation.errors import CurateError, GoldError, Problem
from curation.files import Json
from curation.gold.card.files import outdated_published_files, read_own_words
from curation.gold.changes.changelog import (
    CHANGELOG_FILE,
    read_entry,
    read_seals,
    summary_lines,
)
from curation.gold.changes.diff import GoldState, find_differences
from curation.gold.dataset import Version
from curation.gold.dataset_facts import DATASET_FILE, read_dataset_facts
from curation.gold.sealed.entry_faults import comparable_line, find_change_faults
from curation.gold.sealed.manifest import Manifest, ManifestCounts, parse_manifest
from curation.gold.sealed.versions import (
    MANIFEST_FILE,
    find_file_faults,
    is_version,
    list_versions,
    newest_version,
    read_version,
    require_version,
    version_order,
)
from curation.gold.sealed.view_faults import find_view_faults
from curation.gold.sealed.withdrawn import (
    WITHDRAWN_FILES,
    all_withdrawn,
    find_withdrawal_faults,
    read_withdrawn,
    withdrawn_records,
)
from curation.gold.tables.names import Table
from curation.gold.tables.parquet import read_parquet_facts
from curation.gold.working.version import NEXT
from curation.progress import Watch, unwatched


@dataclass(frozen=True, kw_only=True)
class CheckedVersion:
    """
    A version, and everything that is wrong with it; *manifest* is None where it can't be read.

    *writable* names the files that can be written to, though others of the version can't. Git keeps no
    write protection, so that after a checkout all of them can. *withdrawn* are the ids of documents that were
    withdrawn since, and that the version still holds. *is_interrupted* is true where nothing is
    wrong but that the release of the newest version wasn't announced.
    """

    version: str
    manifest: Manifest | None
    faults: tuple[Problem, ...]
    writable: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    is_interrupted: bool = False


@dataclass(frozen=True, kw_only=True)
class Verification:
    """
    All *versions* that were looked at, the oldest first, and what is wrong with the files beside them.

    *hint* says how to mend these, where a release doesn't. *is_download* is true for a copy for readers, in which
    the card can't be compared with what the publisher wrote.
    """

    versions: tuple[CheckedVersion, ...]
    faults: tuple[Problem, ...]
    hint: str = ""
    is_download: bool = False

    @property
    def all_faults(self) -> tuple[Problem, ...]:
        """Everything that is wrong."""
        of_versions = (fault for one in self.versions for fault in one.faults)
        return (*of_versions, *self.faults)

    def to_json(self) -> Json:
        """The same for programs."""
        return {
            "format": 1,
            "sound": not self.all_faults,
            "versions": [
                {
                    "version": one.version,
                    "digest": one.manifest.digest
                    if one.manifest and not one.manifest.edition
                    else None,
                    "documents": one.manifest.counts.documents if one.manifest else None,
                    "sound": not one.faults,
                    "writable": list(one.writable),
                    "withdrawn": list(one.withdrawn),
                    "faults": [fault.to_json() for fault in one.faults],
                }
                for one in self.versions
            ],
            "faults": [fault.to_json() for fault in self.faults],
        }


def is_copy_for_readers(gold: Path) -> bool:
    """Whether the folder *gold* was downloaded or hydrated: it has neither gold/next nor what the publisher wrote."""
    return not (gold / DATASET_FILE).exists() and not (gold / NEXT).exists()


def verify_gold(
    gold: Path, version: str | None = None, watch: Watch = unwatched
) -> Verification:
    """
    Check a *version*, or all of them, down to the rows, and that everything says the same of them.

    Files, hashes, digest and counts of each version are compared with its manifest, its views with its
    gold, the changelog with the manifest and with the difference from the version before, and the card
    and the files beside it with what the versions and dataset.toml say.
    A copy for readers has neither what the publisher wrote nor all versions of the changelog, and of an
    edition without some texts only the files are checked.
    *watch* shows how many rows are verified. Raises GoldError where there is no such version.
    """
    is_download = is_copy_for_readers(gold)
    announced = () if is_download and list_versions(gold) else read_seals(gold)
    known = sorted({*list_versions(gold), *announced}, key=version_order)
    if version is not None:
        require_version(version, known, gold)
    chosen = known if version is None else [version]
    withdrawn = withdrawn_records(gold / NEXT) if (gold / NEXT).is_dir() else None
    checked = tuple(
        _checked(gold, name, withdrawn, watch, may_be_edition=is_download) for name in chosen
    )
    if not known or is_download:
        return Verification(versions=checked, faults=(), is_download=bool(known))
    mistakes: list[Problem] = []
    hints: list[str] = []
    for read in (read_dataset_facts, read_own_words):
        try:
            read(gold)
        except CurateError as error:
            lines = (line.partition(": ") for line in str(error).splitlines())
            mistakes += (Problem(place, what) for place, _, what in lines)
            hints.append(error.hint)
    if mistakes:
        return Verification(versions=checked, faults=tuple(mistakes), hint="; ".join(hints))
    is_interrupted = any(one.is_interrupted for one in checked)
    return Verification(
        versions=checked,
        faults=tuple(_faults_beside(gold, is_interrupted=is_interrupted)),
    )


def _checked(
    gold: Path,
    version: str,
    withdrawn: Mapping[str, DocumentRecord] | None,
    watch: Watch,
    *,
    may_be_edition: bool,
) -> CheckedVersion:
    folder = gold / version
    path = folder / MANIFEST_FILE
    if not folder.is_dir():
        what = f"the folder is missing, and {CHANGELOG_FILE} says that the version was sealed"
        return _unreadable(version, folder, what)
    try:
        raw = path.read_bytes()
        manifest = parse_manifest(raw, str(path))
    except OSError as error:
        return _unreadable(version, path, error.strerror or "can't be read")
    except GoldError as error:
        return _unreadable(version, path, str(error).removeprefix(f"{path}: "))
    edition = manifest.edition if may_be_edition else None
    sha256 = edition.manifest_sha256 if edition else hashlib.sha256(raw).hexdigest()
    faults = [*_entry_faults(gold, version, manifest, sha256), *_link_faults(folder)]
    faults += (Problem(str(folder), what) for what in find_file_faults(folder, manifest))
    if not faults:
        if edition is None:
            faults += _row_faults(gold, version, raw, watch)
        withdrawals = find_withdrawal_faults(folder, manifest, withdrawn)
        faults += (Problem(str(folder), what) for what in withdrawals)
    return CheckedVersion(
        version=version,
        manifest=manifest,
        faults=tuple(faults),
        writable=_unprotected_files(folder),
        withdrawn=() if faults else tuple(read_withdrawn(folder)),
        is_interrupted=len(faults) == 1
        and not read_entry(gold, version)
        and version == newest_version(gold),
    )


def _unreadable(version: str, path: Path, what: str) -> CheckedVersion:
    return CheckedVersion(version=version, manifest=None, faults=(Problem(str(path), what),))


def _link_faults(folder: Path) -> Iterator[Problem]:
    """The folder or files that are links, whose content may change where nobody looks for it."""
    for path in (folder, *sorted(folder.iterdir())):
        if path.is_symlink():
            yield Problem(
                str(path), f"is a link to {path.readlink()}, and no file of the version"
            )


def _unprotected_files(folder: Path) -> tuple[str, ...]:
    """The files that can be written to, where others can't."""
    modes = {
        path.name: path.stat().st_mode
        for path in folder.iterdir()
        if path.is_file() and path.name not in WITHDRAWN_FILES
    }
    writable = tuple(sorted(name for name, mode in modes.items() if mode & 0o222))
    return writable if len(writable) < len(modes) else ()


def _entry_faults(
    gold: Path, version: str, manifest: Manifest, manifest_sha256: str
) -> Iterator[Problem]:
    """Where the manifest and the changelog say different things, or the manifest is another version's."""
    if manifest.version != version:
        what = f"says that this is version {manifest.version}"
        yield Problem(str(gold / version / MANIFEST_FILE), what)
    changelog = str(gold / CHANGELOG_FILE)
    entry = read_entry(gold, version)
    if not entry:
        what = (
            f"has no entry for {version}: its release was interrupted, or the entry was deleted"
        )
        yield Problem(changelog, what)
        return
    if version not in read_seals(gold):
        yield Problem(changelog, f"has two entries for {version}, or one without both hashes")
    there = set(map(comparable_line, entry.splitlines()))
    for line in summary_lines(manifest, manifest_sha256):
        if comparable_line(line) not in there:
            what = (
                f"the entry of {version} lacks this line, which {MANIFEST_FILE} makes: {line}"
            )
            yield Problem(changelog, what)


def _row_faults(gold: Path, version: str, raw: bytes, watch: Watch) -> Iterator[Problem]:
    """What is wrong with rows in files that are as they were sealed, and with what is said of them."""
    folder = gold / version
    try:
        read = read_version(gold, version, watch)
        found = _count(read, folder)
    except CurateError as error:
        yield Problem(str(folder), str(error))
        return
    said = read.manifest.counts
    for name in ManifestCounts.model_fields:
        if getattr(found, name) != getattr(said, name):
            what = f"{MANIFEST_FILE} counts {name} {getattr(said, name)}, the rows have {getattr(found, name)}"
            yield Problem(str(folder), what)
    for what in find_view_faults(folder, read.manifest, watch):
        yield Problem(str(folder), what)
    summary = summary_lines(read.manifest, hashlib.sha256(raw).hexdigest())
    try:
        change = _change_faults(gold, read, summary)
        yield from (Problem(str(gold / CHANGELOG_FILE), what) for what in change)
    except CurateError:
        return  # what is wrong with the version before is told of that one


def _change_faults(gold: Path, version: Version, summary: Collection[str]) -> Iterator[str]:
    """Where the entry of a version says something else of what changed than it and the one before do."""
    name = version.manifest.version
    earlier = [one for one in read_seals(gold) if version_order(one) < version_order(name)]
    difference = None
    if earlier and not version.manifest.views:
        return  # an older program told changes in other words
    if _is_before_deleted(gold, read_entry(gold, name)):
        return
    if earlier:
        before = read_version(gold, max(earlier, key=version_order))
        old = GoldState.of_version(before)
        difference = find_differences(old, GoldState.of_version(version))
    withdrawn = all_withdrawn(gold / one for one in earlier)
    reasons = {document: one.reason for document, one in withdrawn.items()}
    for what in find_change_faults(read_entry(gold, name), summary, difference, reasons):
        yield f"the entry of {name} {what}"


def _is_before_deleted(gold: Path, entry: str) -> bool:
    """Whether the version before was deleted, as is done where the law demands that a withdrawn text be gone."""
    found = re.search(r"^Against (\S+):", entry, re.M)
    before = found[1] if found else ""
    if not is_version(before) or before in {*list_versions(gold), *read_seals(gold)}:
        return False
    return not (gold / NEXT).is_dir() or bool(withdrawn_records(gold / NEXT))


def _count(version: Version, folder: Path) -> ManifestCounts:
    """The numbers that a manifest has, counted in the rows."""
    splits: dict[str, int] = {}
    for name in version.manifest.files:
        table = Table.of_file(name)
        facts = read_parquet_facts(folder / name) if table and not table.kind else None
        if table and facts:
            splits[table.split] = facts.rows
    entities: Counter[str] = Counter()
    relations: Counter[str] = Counter()
    for gold in version.gold_documents:
        entities.update(one.label for one in gold.document.entities)
        relations.update(one.label for one in gold.document.relations)
    return ManifestCounts(
        documents=len(version.arms),
        annotations=sum(1 for _ in version.annotations),
        splits=splits,
        entities=dict(entities),
        relations=dict(relations),
    )


def _faults_beside(gold: Path, *, is_interrupted: bool) -> Iterator[Problem]:
    """The card and the files beside it that aren't what the versions and dataset.toml make them."""
    try:
        for name in outdated_published_files(gold):
            what = f"isn't what {CHANGELOG_FILE}, the versions and dataset.toml make it: curate release (writes it anew)"
            yield Problem(str(gold / name), what)
    except CurateError as error:
        # That nobody announced the newest version is told of the version.
        if not is_interrupted:
            yield Problem(str(gold), f"the card can't be made: {error}")
