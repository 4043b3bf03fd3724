"""``curate leaks``: which gold documents occur in other people's data."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from curation.errors import GoldError, InputError, Problems
from curation.files import Json
from curation.gold.dataset import GoldDocument
from curation.gold.scored_gold import resolve_version_name
from curation.gold.sealed.versions import read_version
from curation.gold.working.dataset import read_working_dataset
from curation.gold.working.version import NEXT
from curation.near_copies import find_copies_between
from curation.progress import Watch, unwatched
from curation.row_files.read import (
    TEXT_COLUMNS,
    data_files,
    read_file_rows,
    text_of_row,
)
from curation.schema.folder import read_schema_in
from curation.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class LeakedDocument:
    """
    A gold document that occurs in other people's data.

    *shared* is the largest share of the shorter text that both have, *places* are all texts that are
    near copies: a file with its line or row. *split* is empty for a document that isn't sealed.
    """

    document: str
    split: str
    shared: float
    places: tuple[str, ...]


@dataclass
class LeaksReport:
    """
    Which documents of the *gold*, a version or next, occur in the data.

    *documents* counts those of the gold, *texts* those of the data, *without_text* rows in which no
    text was found; *problems* are files and lines that couldn't be read.
    """

    gold: str
    documents: int = 0
    texts: int = 0
    without_text: int = 0
    found: tuple[LeakedDocument, ...] = ()
    problems: Problems = field(default_factory=Problems)

    def to_json(self) -> Json:
        """The report as JSON outputs have it."""
        return {
            "format": 1,
            "gold": self.gold,
            "documents": self.documents,
            "texts": self.texts,
            "without_text": self.without_text,
            "found": [
                {
                    "document": one.document,
                    "split": one.split or None,
                    "shared": round(one.shared, 3),
                    "places": [*one.places],
                }
                for one in self.found
            ],
            "unread": len(self.problems),
        }


def leaks(
    workspace: Workspace,
    paths: Iterable[Path],
    *,
    gold: str = "",
    text_column: str = "",
    watch: Watch = unwatched,
) -> LeaksReport:
    """
    Which documents of *gold* (a version or ``next``; the newest version if empty) occur in these files.

    Files may be of other people: rows need no id, and what can't be read is told and left out. Texts
    are in *text_column*, or in what is usual.
    Raises InputError where a path is missing, or no text is found at all.
    """
    files = list(data_files(paths))
    columns = (text_column,) if text_column else TEXT_COLUMNS
    name, splits, documents = _read_gold(workspace, gold, watch)
    report = LeaksReport(gold=name, documents=len(documents))

    def texts() -> Iterator[tuple[str, str]]:
        for path in files:
            for place, row in read_file_rows(path, columns, report.problems):
                text = text_of_row(row, columns)
                report.texts += text is not None
                report.without_text += text is None
                if text is not None:
                    yield place, text

    shares: dict[str, float] = defaultdict(float)
    places: dict[str, list[str]] = defaultdict(list)
    for copy in find_copies_between(documents.items(), watch(texts(), "reading", None)):
        shares[copy.first] = max(shares[copy.first], copy.shared)
        places[copy.first].append(copy.second)
    if not report.texts and not report.problems:
        what = f"{', '.join(map(str, files))}: no text in {' or '.join(map(repr, columns))}"
        raise InputError(what, hint="name the column: --text-column NAME")
    report.found = tuple(
        LeakedDocument(
            document=document,
            split=splits.get(document, ""),
            shared=shares[document],
            places=tuple(places[document]),
        )
        for document in sorted(places, key=lambda one: (-shares[one], one))
    )
    return report


def _read_gold(
    workspace: Workspace, chosen: str, watch: Watch
) -> tuple[str, Mapping[str, str], Mapping[str, str]]:
    """The name of the gold, the split of each document by id (none of next), and its text."""
    name = resolve_version_name(workspace.gold, chosen or None)
    if name == NEXT:
        schema = read_schema_in(workspace.config)
        working = read_working_dataset(workspace.gold, schema, watch)
        if not working.arms:
            raise GoldError(f"{workspace.gold / NEXT} holds no documents", hint="curate pull")
        return name, {}, _texts_of(working.gold_documents)
    version = read_version(workspace.gold, name, watch)
    splits = {
        gold.id: version.split_plan.split_of(gold.group) for gold in version.gold_documents
    }
    return name, splits, _texts_of(version.gold_documents)


def _texts_of(golds: Iterable[GoldDocument]) -> dict[str, str]:
    return {gold.id: gold.document.text for gold in golds}
