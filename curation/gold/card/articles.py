"""The card's sections on the articles: how they were chosen, whose they are, who is named in them."""

from collections import Counter
from collections.abc import Iterator

from curation.articles import UNKNOWN_LICENSE
from curation.errors import pluralise
from curation.gold.card.markdown import (
    counted,
    escape_markdown,
    markdown_items,
    markdown_link,
    markdown_table,
)
from curation.gold.card.numbers import PublishedArticle
from curation.gold.card.source import CardSource
from curation.gold.licences import LICENSES, find_license

LICENSE_FILE = "LICENSE.md"

NO_LICENSE = (
    "The text of some articles has no known licence and must not be republished without asking"
    " whoever owns it; the column license says which."
)
MANY_LICENSES = "Each article has its own licence; the columns license and attribution give it."

# How many articles the card attributes; LICENSE.md beside it has all of them.
_LISTED_ARTICLES = 100

_NAME_LENGTH = 80


def license_notice(source: CardSource) -> str:
    """Which of the articles' texts are here, and under what conditions."""
    is_unknown = bool(source.numbers.all_licenses[UNKNOWN_LICENSE])
    conditions = NO_LICENSE if is_unknown else MANY_LICENSES
    return " ".join(filter(None, (left_out_notice(source), conditions)))


def left_out_notice(source: CardSource) -> str:
    """How many documents are here without their text, and why, in a sentence; empty where all have it."""
    omitted = source.manifest.texts_omitted
    if not omitted:
        return ""
    reasons = Counter(omitted.values())
    why = ", ".join(f"{reason} ({number})" for reason, number in sorted(reasons.items()))
    comes = "comes" if len(omitted) == 1 else "come"
    documents = pluralise(source.numbers.documents + source.numbers.kept_out, "document")
    return (
        f"Of {documents} {len(omitted)} {comes} without text, title and the words of entities: {why}."
        " curate hydrate puts them back for whoever has the articles."
    )


def selection_section(source: CardSource) -> str:
    """How the articles were chosen, as the publisher says, and what the rows say of them."""
    numbers = source.numbers
    lines = []
    if any(numbers.languages):
        named = {name or "not known": n for name, n in numbers.languages.items()}
        lines.append(f"articles by language: {counted(named)}")
    if numbers.first_day:
        lines.append(f"published from {numbers.first_day} to {numbers.last_day}")
    if numbers.kept_out:
        lines.append(
            f"{pluralise(numbers.kept_out, 'document')} with annotations and without gold, in"
            " `-annotations` alone"
        )
    listed = f"\n{markdown_items(lines)}" if lines else ""
    return f"## How the articles were chosen\n\n{source.publisher.selection}\n{listed}"


def personal_data_section(source: CardSource) -> str:
    """Who is named, as the publisher says where they say so."""
    said = source.publisher.personal_data
    return f"## Personal data\n\n{f'{said}{chr(10) * 2}' if said else ''}{personal_data_notice()}\n"


def personal_data_notice() -> str:
    """What is true of every dataset that curate makes."""
    return (
        "The articles are news and name people as their publishers did; curate makes nothing in the"
        " texts anonymous. Annotators and adjudicators appear as pseudonyms, and their notes are not"
        " published."
    )


def licenses_section(source: CardSource) -> str:
    """The licence of the annotations and those of the articles, with what they ask for."""
    annotations = LICENSES[source.publisher.annotation_license]
    rows = (
        (
            escape_markdown(origin[:_NAME_LENGTH]),
            _license_link(license_),
            _conditions(license_),
            documents,
        )
        for (origin, license_), documents in sorted(source.numbers.sources.items())
    )
    return f"""## Sources and licences

The annotations, which are everything but the articles' texts and metadata, are under
{markdown_link(annotations.name, annotations.link)}. {license_notice(source)}

{markdown_table(("source", "licence", "asks for", "documents"), rows)}"""


def _conditions(license_: str) -> str:
    found = find_license(license_)
    if found is None:
        return "permission of whoever owns the article"
    return "; ".join(found.conditions) or "nothing"


def attribution_section(source: CardSource) -> str:
    """Title, author, address, licence and changes of each article whose licence wants them."""
    articles = source.numbers.attributed
    if not articles:
        return ""
    rest = len(articles) - _LISTED_ARTICLES
    more = f"\n… and {rest} more: [{LICENSE_FILE}]({LICENSE_FILE}) has all of them.\n"
    return f"""### Attribution

{_attribution_table(articles[:_LISTED_ARTICLES])}{more if rest > 0 else ""}"""


def license_text(source: CardSource) -> str:
    """``LICENSE.md``: the licences, and every article that a licence wants named."""
    articles = source.numbers.attributed
    table = f"\n## Attribution\n\n{_attribution_table(articles)}" if articles else ""
    return (
        f"# Licences of {escape_markdown(source.publisher.title)} {source.version}\n\n"
        f"{licenses_section(source)}{table}"
    )


def _attribution_table(articles: list[PublishedArticle]) -> str:
    rows = (
        (
            _linked_title(article),
            escape_markdown(article.author or "not recorded"),
            _license_link(article.license),
            "; ".join(_changes(article)),
        )
        for article in articles
    )
    return markdown_table(("title", "author", "licence", "changes"), rows)


def _linked_title(article: PublishedArticle) -> str:
    """The title, which leads to the article; the address in words where it can't be followed."""
    title = article.title or article.id
    linked = markdown_link(title, article.url)
    is_linked = linked != escape_markdown(title)
    return (
        linked if is_linked or not article.url else f"{linked}, {escape_markdown(article.url)}"
    )


def _changes(article: PublishedArticle) -> Iterator[str]:
    yield "normalised"
    if article.boilerplate_lines:
        yield f"{pluralise(article.boilerplate_lines, 'line')} left out"
    yield "annotated"


def _license_link(license_: str) -> str:
    found = find_license(license_)
    return (
        markdown_link(found.name, found.link)
        if found
        else escape_markdown(license_[:_NAME_LENGTH])
    )
