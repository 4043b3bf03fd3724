"""Where the publisher's own words quote an article whose text isn't published."""

import json
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from curation.documents.word_count import split_words
from curation.errors import GoldError, Problem, raise_problems
from curation.gold.card.page import CARD_FILE
from curation.gold.card.source import CardSource
from curation.gold.changes.changelog import CHANGELOG_FILE
from curation.gold.dataset_facts import DATASET_FILE
from curation.gold.sealed.manifest import Manifest
from curation.gold.tables.parquet import read_article_rows

# A run of so many words is a quotation, not a phrase that anybody uses; letters, for scripts without spaces.
_WORDS = 8
_LETTERS = 24

# A title of so many words is one, and not a name.
_TITLE_WORDS = 4

# An article by id, with its title and its text.
_Article = tuple[str, str, str]


def refuse_quotations(
    source: CardSource, folder: Path, manifest: Manifest, omitted: Container[str]
) -> None:
    """
    Raise GoldError where a card would quote one of the *omitted* documents of the version in *folder*.

    Looked at is what the publisher writes by hand: dataset.toml, own words on the card, and paragraphs in
    the changelog.
    """
    publisher = source.publisher
    facts = (
        publisher.title,
        publisher.description,
        publisher.selection,
        publisher.personal_data,
    )
    lines = source.changelog.splitlines()
    written = {
        DATASET_FILE: "\n".join((*facts, publisher.citation)),
        CARD_FILE: source.own_words,
        CHANGELOG_FILE: "\n".join(line for line in lines if not line.startswith("- ")),
    }
    articles = _articles(folder, manifest, omitted)
    problems = list(dict.fromkeys(find_quotations(written, articles)))
    if problems:
        raise_problems(
            problems, GoldError, hint="take the quotations out, then: curate release"
        )


def find_quotations(
    written: Mapping[str, str], articles: Iterable[_Article]
) -> Iterator[Problem]:
    """
    A problem for each text that is *written* by hand and quotes one of *articles*: id, title and text.

    *written* gives texts by their place. A quotation is a whole title of four words or more, or a run of
    eight words of the text, whatever their case and punctuation.
    """
    words = {place: split_words(text) for place, text in written.items()}
    runs = {place: set(_runs(of_place)) for place, of_place in words.items()}
    lines = {place: f" {' '.join(of_place)} " for place, of_place in words.items()}
    if not any(words.values()):
        return
    for document, title, text in articles:
        title_words = split_words(title)
        text_words = split_words(text)
        for place in written:
            is_title = len(title_words) >= _TITLE_WORDS
            if is_title and f" {' '.join(title_words)} " in lines[place]:
                what = f"has the title of {document}, which isn't published"
                yield Problem(place, what)
            elif quoted := next((run for run in _runs(text_words) if run in runs[place]), None):
                what = f"quotes {document}, whose text isn't published: {' '.join(quoted)}"
                yield Problem(place, what)


def _articles(folder: Path, manifest: Manifest, chosen: Container[str]) -> Iterator[_Article]:
    for row in read_article_rows(folder, manifest.files, ("id", "title", "text", "meta")):
        if row["id"] in chosen:
            title = row.get("title") or json.loads(row["meta"]).get("title")
            yield row["id"], str(title or ""), row["text"]


def _runs(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for start in range(len(words) - _WORDS + 1):
        run = tuple(words[start : start + _WORDS])
        if sum(map(len, run)) >= _LETTERS:
            yield run
