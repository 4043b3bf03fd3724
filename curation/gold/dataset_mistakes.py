"""What in ``dataset.toml`` is well formed and wrong all the same."""

import re
from collections.abc import Mapping
from typing import Any

from curation.articles import UNKNOWN_LICENSE
from curation.characters import TERMINAL_CONTROLS
from curation.errors import abbreviate
from curation.gold.card.own_words import BEGIN, END
from curation.gold.licences import find_license, is_unknown_license, likely_license
from curation.gold.release.splits import SPLITS
from curation.schema.toml_file import TomlMistakes

# What a publisher must say, and what each of these is, in the words of errors and of the form.
NEEDED_FACTS = {
    "title": "what the dataset is called",
    "description": "what it is and what it is for, in a few sentences",
    "contact": "an address that readers can write to, or a page where they can ask",
    "annotation_license": "the licence of the annotations, as in cc-by-4.0",
    "selection": "how the articles were chosen: from where, when, by whom, and what was left out",
    "citation": "the BibTeX entry of a paper to cite; empty where there is none",
}
AUTHOR_NAME = "who is cited, as Family, Given for a person, a group without a comma"
# What people who annotate can be, in the Hub's words.
ANNOTATOR_KINDS = ("expert-generated", "crowdsourced")
NO_AUTHORS = "has no [[authors]]: who is cited"
# An account or organisation of the Hub, and its dataset.
REPOSITORY_NAME = r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*"
_MAY_BE_EMPTY = ("citation",)


def find_dataset_mistakes(toml: Mapping[str, Any], mistakes: TomlMistakes) -> None:
    """Add what is wrong with the values of a ``dataset.toml``, whatever their types are."""
    _check_texts(toml, mistakes)
    _check_authors(toml, mistakes)
    _check_addresses(toml, mistakes)
    _check_fractions(toml, mistakes)
    _check_licenses(toml, mistakes)
    _check_annotators(toml, mistakes)


def _check_texts(toml: Mapping[str, Any], mistakes: TomlMistakes) -> None:
    """What must be said isn't blank, and nothing has a character that a terminal obeys."""
    for key, what in NEEDED_FACTS.items():
        value = toml.get(key)
        if isinstance(value, str) and not value.strip() and key not in _MAY_BE_EMPTY:
            mistakes.add(f"{key!r} is empty: {what}", key)
    for key, value in toml.items():
        if isinstance(value, str) and (found := TERMINAL_CONTROLS.search(value)):
            mistakes.add(f"{key!r} has the control character {found[0]!a}; delete it", key)
        for marker in (BEGIN, END):
            if isinstance(value, str) and marker in value:
                what = (
                    f"{key!r} has the marker {marker!r}; delete it: your own words stand between"
                    " the markers in README.md"
                )
                mistakes.add(what, key)


def _check_annotators(toml: Mapping[str, Any], mistakes: TomlMistakes) -> None:
    value = toml.get("annotators")
    if isinstance(value, str) and value.strip() not in ("", *ANNOTATOR_KINDS):
        what = f"'annotators' is {abbreviate(value)}; {' or '.join(ANNOTATOR_KINDS)} is expected, or nothing"
        mistakes.add(what, "annotators")


def _check_authors(toml: Mapping[str, Any], mistakes: TomlMistakes) -> None:
    authors = toml.get("authors")
    if authors == []:
        mistakes.add(NO_AUTHORS, "authors")
    for number, author in enumerate(authors if isinstance(authors, list) else []):
        orcid = author.get("orcid") if isinstance(author, dict) else None
        if isinstance(orcid, str) and orcid and not _is_orcid(orcid):
            what = (
                f"'orcid' is {abbreviate(orcid)}, which is no ORCID iD;"
                " four groups of four are expected, as in 0000-0002-1825-0097"
            )
            mistakes.add(what, "authors", str(number), "orcid")


def _is_orcid(text: str) -> bool:
    """Whether the last character is the check digit of the others (ISO 7064 MOD 11-2)."""
    if not re.fullmatch(r"(\d{4}-){3}\d{3}[\dX]", text):
        return False
    total = 0
    for digit in text.replace("-", "")[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    return text[-1] == ("X" if check == 10 else str(check))


def _check_addresses(toml: Mapping[str, Any], mistakes: TomlMistakes) -> None:
    expected = {
        "url": (
            r"https?://\S+",
            "the address of a page is expected, as in https://example.org/gold",
        ),
        "doi": (
            r"10\.\d{4,9}/\S+",
            "a DOI without its address is expected, as in 10.5281/zenodo.1",
        ),
        "repository": (
            REPOSITORY_NAME,
            "a name on the Hub is expected, as in org/news",
        ),
    }
    for key, (pattern, what) in expected.items():
        value = toml.get(key)
        if isinstance(value, str) and value and not re.fullmatch(pattern, value):
            mistakes.add(f"{key!r} is {abbreviate(value)}; {what}", key)


def _check_fractions(toml: Mapping[str, Any], mistakes: TomlMistakes) -> None:
    table = toml.get("splits")
    shares = [table.get(split) for split in SPLITS] if isinstance(table, dict) else []
    numbers = [share for share in shares if isinstance(share, (int, float))]
    if len(numbers) == len(SPLITS) and abs(sum(numbers) - 1) > 1e-6:
        what = f"{', '.join(SPLITS)} add up to {sum(numbers):g}; shares that add up to 1 are expected"
        mistakes.add(what, "splits")


def _check_licenses(toml: Mapping[str, Any], mistakes: TomlMistakes) -> None:
    annotations = toml.get("annotation_license")
    expected = "a licence that the Hub has a name for is expected"
    if isinstance(annotations, str) and annotations.strip() and not find_license(annotations):
        mistakes.add(
            f"'annotation_license' is {abbreviate(annotations)}; {expected}, {likely_license(annotations)}",
            "annotation_license",
        )
    table = toml.get("articles")
    articles = table.get("license") if isinstance(table, dict) else None
    if not isinstance(articles, str) or not articles or is_unknown_license(articles):
        return
    if not find_license(articles):
        what = (
            f"'articles.license' is {abbreviate(articles)}; {expected},"
            f" {likely_license(articles)}, or {UNKNOWN_LICENSE}"
        )
        mistakes.add(what, "articles", "license")
