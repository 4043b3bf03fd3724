"""The options that several commands have."""

from pathlib import Path
from typing import Annotated, Any

import typer

from curation.addresses import local_path

SEEDS = Path("seeds")
SUGGESTIONS = Path(".curate") / "suggestions.jsonl"
DEFAULT_SEED = 7

SHORTEST_TITLE = 3
LONGEST_TITLE = 50


def writable_text(given: str) -> str:
    """
    The same text.

    Raises typer.BadParameter for bytes that are no UTF-8: what is stored with them can't be read.
    """
    try:
        given.encode()
    except UnicodeEncodeError:
        raise typer.BadParameter(f"{given!r} is not UTF-8") from None
    return given


def local_paths(paths: list[Path]) -> list[Path]:
    """The same paths; of ``file:///folder`` the path ``/folder``."""
    return [local_path(path) for path in paths]


def reason_option(used_for: str) -> Any:
    """The option ``--reason``, whose help says what the reason is *used for*."""
    return typer.Option("--reason", metavar="TEXT", help=used_for, callback=writable_text)


def project_title(given: str) -> str:
    """
    The title as Label Studio keeps it, without spaces around it.

    Raises typer.BadParameter for a title that Label Studio takes for no project.
    """
    title = writable_text(given).strip()
    if not SHORTEST_TITLE <= len(title) <= LONGEST_TITLE:
        raise typer.BadParameter(
            f"{given!r} has {len(title)} letters; Label Studio takes titles of "
            f"{SHORTEST_TITLE} to {LONGEST_TITLE} letters"
        )
    return title


def known_project_option(what: str) -> Any:
    """The option ``--project`` that may be left out, whose help says *what* is taken then."""
    return typer.Option(
        "--project",
        metavar="TITLE",
        help=what,
        callback=lambda given: given and project_title(given),
        show_default=False,
    )


ProjectTitle = Annotated[
    str,
    typer.Option(
        "--project",
        metavar="TITLE",
        help="Title of the Label Studio project.",
        callback=project_title,
    ),
]
KnownProjectTitle = Annotated[
    str | None,
    known_project_option("Title of one Label Studio project; all known ones if none is given."),
]
ReturnNow = Annotated[
    bool,
    typer.Option("--now", help="Return also what others are still to annotate."),
]
ModelName = Annotated[
    str,
    typer.Option(
        "--model", metavar="MODEL", help="spaCy model: a name, a folder, or blank:en."
    ),
]
WorkerCount = Annotated[
    int, typer.Option("--workers", metavar="N", min=1, help="Number of processes to use.")
]
GoldName = Annotated[
    str,
    typer.Option(
        "--gold",
        metavar="GOLD",
        help="A version, next, or a file; the newest version if left out.",
    ),
]
SplitName = Annotated[
    str,
    typer.Option(
        "--split", metavar="SPLIT", help="Of a version: train, validation, test, or all."
    ),
]
MetaConditions = Annotated[
    list[str],
    typer.Option(
        "--where",
        metavar="KEY=VALUE",
        help="Only documents with this in their metadata; may be given several times.",
        show_default=False,
    ),
]
AuditFolder = Annotated[
    Path | None,
    typer.Option(
        "--to",
        metavar="FOLDER",
        help="An audit's folder, such as gold/audit/first, in place of gold/next.",
        show_default=False,
        readable=False,
    ),
]
OutputFile = Annotated[
    Path,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="File to write; - for standard output.",
        readable=False,
        callback=local_path,
    ),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")
]
ListAll = Annotated[bool, typer.Option("--all", help="List everything, however much there is.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Seed = Annotated[
    int, typer.Option("--seed", metavar="N", min=0, help="Seed of the intervals' resampling.")
]
ArticlePaths = Annotated[
    list[Path],
    typer.Argument(
        metavar="PATH",
        help="Articles: .txt, .html, .jsonl, .json, .csv, .tsv or .parquet files, folders of them, s3://…, or - for standard input; "
        "seeds if none are given.",
        show_default=False,
        readable=False,
        callback=local_paths,
    ),
]
DocumentIds = Annotated[list[str], typer.Argument(metavar="ID", help="Ids of documents.")]
