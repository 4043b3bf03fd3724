"""The options of commands that read articles, and what these commands say of the articles."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from curation import console
from curation.commands.options import SEEDS, writable_text
from curation.errors import InputError, pluralise, raise_problems

if TYPE_CHECKING:
    from curation.articles import ArticleOptions, ArticlesReport
    from curation.near_copies import NearCopy

IdColumn = Annotated[
    str, typer.Option("--id-column", metavar="NAME", help="Where rows have their id.")
]
TextColumn = Annotated[
    str, typer.Option("--text-column", metavar="NAME", help="Where rows have their text.")
]
SkipBad = Annotated[
    bool,
    typer.Option("--skip-bad", help="Leave out articles that can't be read, and exit with 1."),
]

StripMarkup = Annotated[
    bool,
    typer.Option("--strip-markup", help="Take HTML, Markdown links and BBCode out of texts."),
]


def _language(given: str) -> str:
    """The same language; raises typer.BadParameter where it has no code of a language."""
    from curation.gold.language_codes import language_code

    if given and not language_code(given):
        raise typer.BadParameter(
            f"{given!r} is no code of a language; give one of ISO 639, such as en or pt-BR"
        )
    return given


def _known(option: str, of: str, check: Callable[[str], str] = writable_text) -> Any:
    return typer.Option(
        option,
        metavar=option.removeprefix("--").upper(),
        help=f"{of} of the articles that don't say theirs.",
        callback=check,
        show_default=False,
    )


BatchLicense = Annotated[str, _known("--license", "Licence")]
BatchSource = Annotated[str, _known("--source", "Source")]
BatchAttribution = Annotated[str, _known("--attribution", "Attribution")]
BatchLanguage = Annotated[str, _known("--lang", "Language code", _language)]


# Of keys of meta that have another name than their option.
_OPTIONS = {"src": "--source"}


def article_options(
    *,
    id_column: str,
    text_column: str,
    skip_bad: bool,
    strip_markup: bool,
    known: dict[str, str],
) -> "ArticleOptions":
    """The options as typed; *known* is the batch's, where an empty string says nothing."""
    from curation.articles import ArticleOptions

    return ArticleOptions(
        id_column=id_column,
        text_column=text_column,
        skip_bad=skip_bad,
        strip_markup=strip_markup,
        known={key: value for key, value in known.items() if value.strip()},
    )


def require_articles(paths: list[Path], command: str) -> None:
    """Raises InputError where no articles were given, and there is no folder of them either."""
    from curation.articles.read import ARTICLE_FILES

    if paths == [SEEDS] and not SEEDS.exists():
        raise InputError(
            f"no articles were given, and this folder has no {SEEDS}/",
            hint=f"curate {command} ARTICLES, which are {ARTICLE_FILES}, or folders of them",
        )


def say_of_articles(options: "ArticleOptions") -> None:
    """What is worth telling of the articles that were read so; InputError with what was left out."""
    report = options.report
    console.lines(_article_lines(report, has_stripped=options.strip_markup))
    if report.bad:
        hint = "mend these, then run the command again; the other documents are written"
        raise_problems(report.bad, InputError, hint=hint)


def _article_lines(report: "ArticlesReport", *, has_stripped: bool) -> Iterator[str]:
    from curation.articles.notices import ARTICLES_COMPARED

    if report.other_files:
        are = "is no article" if len(report.other_files) == 1 else "are no articles"
        files = pluralise(len(report.other_files), "file")
        yield f"{files} {are}, and not read: {console.first_of(report.other_files)}"
    for key, count in report.nested.items():
        yield f"{key!r} of {pluralise(count, 'article')} became a string of JSON in meta"
    if report.blank:
        keys = [
            f"{key!r} of {pluralise(count, 'article')}" for key, count in report.blank.items()
        ]
        yield f"left out of meta, as null or blank: {console.first_of(keys)}"
    if report.markup:
        marked = pluralise(len(report.markup), "article")
        which = "left by --strip-markup" if has_stripped else "which --strip-markup takes out"
        yield f"warning: {marked} with markup, {which}:"
        yield from console.problem_lines(report.markup)
    for key, count in report.unchanged.items():
        option = _OPTIONS.get(key, f"--{key.replace('_', '-')}")
        yield (
            f"warning: {option} is not applied to {pluralise(count, 'document')}: "
            "what has meta, entities, relations or layer is no article, and stays as it is"
        )
    if report.near_copies:
        pairs = pluralise(len(report.near_copies), "pair")
        yield f"warning: {pairs} of near copies, which a release keeps in one split:"
        yield from console.list_lines(report.near_copies, _near_copy_lines)
    if report.blocks > 1:
        yield (
            f"near copies were looked for among {ARTICLES_COMPARED:,} articles at a time; "
            "curate release compares all that are annotated"
        )
    for language, count in report.languages.items():
        are = "is" if count == 1 else "are"
        yield (
            f"warning: {pluralise(count, 'article')} {are} in another language than the model's, "
            f"{report.language}: {language} ({report.first_in_language[language]} is the first)"
        )


def _near_copy_lines(copy: "NearCopy") -> Iterator[str]:
    how_near = "the same words" if copy.same_words else f"{copy.shared:.0%} of the shorter one"
    yield f"  {copy.first} and {copy.second}: {how_near}"
