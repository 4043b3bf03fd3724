"""What goes out when a version is published: its edition, the card and what lies beside it, as bytes."""

import json
import shutil
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from curation.annotations.record_file import read_record
from curation.errors import GoldError, Problems, raise_problems
from curation.files import file_sha256
from curation.gold.audit.judgements import judged_audits
from curation.gold.card.files import make_card_source, published_files, read_own_words
from curation.gold.card.merge import add_to_card, merge_card, words_of_others
from curation.gold.card.page import CARD_FILE
from curation.gold.changes.changelog import (
    CHANGELOG_FILE,
    read_changelog,
    read_seals,
    without_entries,
)
from curation.gold.dataset_facts import read_dataset_facts
from curation.gold.edition.edition import write_edition
from curation.gold.edition.quotations import refuse_quotations
from curation.gold.licences import article_license, why_text_is_omitted
from curation.gold.sealed.manifest import Manifest
from curation.gold.sealed.versions import (
    MANIFEST_FILE,
    find_file_faults,
    is_version,
    list_versions,
    read_manifest,
    verify_files,
    version_order,
)
from curation.gold.sealed.withdrawn import WITHDRAWN_FILE
from curation.gold.tables.names import Table
from curation.gold.tables.parquet import read_article_rows
from curation.gold.working.version import MEND_FILES, NEXT, list_document_files
from curation.progress import Watch, unwatched

# Why a text is left out though its licence lets it go out.
ASKED_FOR = "asked for"


@dataclass(frozen=True, kw_only=True)
class HubDataset:
    """
    The dataset *repository* as it is on the Hub before a version goes out: the *paths* of its files, and its card.

    The card is empty where there is none.
    """

    repository: str = ""
    paths: Collection[str] = ()
    card: str = ""

    def other_versions(self, version: str) -> Mapping[str, Collection[str]]:
        """The names of the files of each version but this one, the newest version first."""
        found: dict[str, list[str]] = {}
        for path in sorted(self.paths):
            folder, slash, name = path.partition("/")
            if slash and is_version(folder) and folder != version:
                found.setdefault(folder, []).append(name)
        return dict(sorted(found.items(), key=lambda one: version_order(one[0]), reverse=True))


@dataclass(frozen=True, kw_only=True)
class OutgoingArticles:
    """How many articles of one licence go out with and without their text; *why* is empty where all have it."""

    license: str
    with_text: int
    without_text: int
    why: str


@dataclass(frozen=True, kw_only=True)
class OutgoingFiles:
    """
    All files of one published version: *files* by path on the Hub.

    *manifest* is that of the edition, which is the sealed one where no text is left out. *articles* has
    a line for each licence. *relicensed* gives, by document, the licence that a later version, or gold/next,
    says of a text that goes out here, and that doesn't let it.
    """

    version: str
    manifest: Manifest
    files: Mapping[str, bytes]
    articles: tuple[OutgoingArticles, ...]
    relicensed: Mapping[str, str] = field(default_factory=dict)


def outgoing_files(
    gold: Path,
    version: str,
    *,
    omit_all: bool = False,
    on_hub: HubDataset = HubDataset(),
    watch: Watch = unwatched,
) -> OutgoingFiles:
    """
    What publishing a sealed *version* puts on the Hub; the same bytes for the same dataset there.

    A text goes out only where its licence lets altered copies be passed on, and none does with
    *omit_all*. The card lists the versions that are *on_hub* too, and keeps what others wrote into it.
    Where one of these is newer, the version goes out with a card that tells of it, and nothing else.

    Raises GoldError where the version was altered, dataset.toml or the card has a mistake, or somebody
    quotes a text there that stays here; HubError where the card on the Hub can't be read.
    """
    publisher = replace(read_dataset_facts(gold), repository=on_hub.repository)
    others = on_hub.other_versions(version)
    with TemporaryDirectory() as made:
        sealed = Path(made) / "sealed"
        manifest = _copy_verified(gold, version, sealed)
        licenses = dict(sorted(_article_licenses(sealed, manifest, publisher.article_license)))
        omitted = {
            document: why
            for document, license_ in licenses.items()
            if (why := why_text_is_omitted(license_) or (ASKED_FOR if omit_all else ""))
        }
        out = Path(made) / "out"
        (out / version).mkdir(parents=True)
        edition = write_edition(sealed, manifest, omitted, out / version, watch)
        if (sealed / WITHDRAWN_FILE).exists():
            shutil.copyfile(sealed / WITHDRAWN_FILE, out / version / WITHDRAWN_FILE)
        files = {
            f"{version}/{path.name}": path.read_bytes()
            for path in sorted((out / version).iterdir())
        }
        source = make_card_source(
            out,
            [edition, *_as_published(gold, others, out)],
            publisher,
            changelog=without_entries(read_changelog(gold), _later(gold, version)),
            own_words=read_own_words(gold) or words_of_others(on_hub.card),
            audits=judged_audits(gold),
        )
        refuse_quotations(source, sealed, manifest, omitted)
        beside = {**published_files(source), CHANGELOG_FILE: source.changelog}
    newest = max([version, *others], key=version_order)
    card = beside[CARD_FILE]
    if newest != version and on_hub.card:
        beside = {CARD_FILE: add_to_card(on_hub.card, card, version)}
    else:
        beside[CARD_FILE] = merge_card(card, on_hub.card, others)
    files |= {name: text.encode() for name, text in beside.items()}
    files |= {
        f"{one}/{WITHDRAWN_FILE}": path.read_bytes()
        for one in others
        if (path := gold / one / WITHDRAWN_FILE).exists()
    }
    return OutgoingFiles(
        version=version,
        manifest=edition,
        files=files,
        articles=tuple(_tally(licenses, omitted)),
        relicensed={
            document: license_
            for document, license_ in _later_licenses(gold, version, publisher.article_license)
            if document in licenses.keys() - omitted.keys() and why_text_is_omitted(license_)
        },
    )


def _copy_verified(gold: Path, version: str, folder: Path) -> Manifest:
    """The manifest of a sealed version, whose files are copied into *folder*, and are those that it lists."""
    manifest = read_manifest(gold, version)
    verify_files(gold / version, manifest)
    shutil.copytree(gold / version, folder)
    seal = read_seals(gold)[version]
    is_same = file_sha256(folder / MANIFEST_FILE) == seal.manifest_sha256
    if not is_same or any(find_file_faults(folder, manifest)):
        raise GoldError(
            f"{gold / version} was changed while it was read", hint=f"curate verify {version}"
        )
    return manifest


def _article_licenses(
    folder: Path, manifest: Manifest, default: str
) -> Iterator[tuple[str, str]]:
    """The licence of each document of the version in *folder*, by id; those without gold too."""
    for row in read_article_rows(folder, manifest.files, ("id", "license", "meta")):
        known = row.get("license") or json.loads(row["meta"]).get("license")
        yield row["id"], article_license(known, default)


def _later_licenses(gold: Path, version: str, default: str) -> Iterator[tuple[str, str]]:
    """What gold/next, or else the newest version after *version* that has a document, says of its licence, by id."""
    said: dict[str, str] = {}
    for later in sorted(_later(gold, version), key=version_order):
        said |= dict(_article_licenses(gold / later, read_manifest(gold, later), default))
    said |= dict(_next_licenses(gold / NEXT, default))
    yield from said.items()


def _next_licenses(folder: Path, default: str) -> Iterator[tuple[str, str]]:
    """The licence of each document of ``gold/next``, by id; GoldError where a file can't be read."""
    problems = Problems()
    for name in list_document_files(folder):
        record, wrong = read_record((folder / name).read_bytes(), str(folder / name))
        problems += wrong
        if record and record.state != "withdrawn":
            yield record.id, article_license(record.meta.get("license"), default)
    if problems:
        raise_problems(problems, GoldError, hint=MEND_FILES.format(folder))


def _later(gold: Path, version: str) -> frozenset[str]:
    order = version_order(version)
    return frozenset(one for one in list_versions(gold) if version_order(one) > order)


def _as_published(
    gold: Path, versions: Mapping[str, Collection[str]], folder: Path
) -> Iterator[Manifest]:
    """
    The manifests of *versions* with the names of the files that these have on the Hub.

    Those of which the same files are here are found in *folder*, too. A version that isn't here is left out.
    """
    for version in versions:
        if version not in list_versions(gold):
            continue
        manifest = read_manifest(gold, version)
        (folder / version).symlink_to((gold / version).resolve())
        order = [Table.of_file(name) for name in manifest.files]
        tables = {
            name: table for name in versions[version] if (table := Table.of_file(name)) in order
        }
        names = sorted(tables, key=lambda name: order.index(tables[name]))
        yield manifest.model_copy(update={"files": dict.fromkeys(names, "")})


def _tally(
    licenses: Mapping[str, str], omitted: Mapping[str, str]
) -> Iterator[OutgoingArticles]:
    documents: dict[str, list[str]] = {}
    for document, license_ in licenses.items():
        documents.setdefault(license_, []).append(document)
    for license_, ids in sorted(documents.items()):
        reasons = [omitted[one] for one in ids if one in omitted]
        yield OutgoingArticles(
            license=license_,
            with_text=len(ids) - len(reasons),
            without_text=len(reasons),
            why=next(iter(reasons), ""),
        )
