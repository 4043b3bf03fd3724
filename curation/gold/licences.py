"""The licences of articles and annotations that the Hub has a name for, and what each asks for."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from curation.articles import UNKNOWN_LICENSE
from curation.errors import Problem, abbreviate

_CREATIVE_COMMONS = {
    "by": ("2.0", "2.5", "3.0", "4.0"),
    "by-sa": ("3.0", "4.0"),
    "by-nc": ("2.0", "3.0", "4.0"),
    "by-nd": ("4.0",),
    "by-nc-nd": ("3.0", "4.0"),
    "by-nc-sa": ("2.0", "3.0", "4.0"),
}
_CONDITIONS = {
    "by": "attribution",
    "nc": "no commercial use",
    "nd": "no altered copies",
    "sa": "altered copies under the same licence",
}


@dataclass(frozen=True, kw_only=True)
class License:
    """
    A licence that the Hub has the name *id* for.

    *conditions* are what it asks for, in words; none for a licence that asks for nothing.
    """

    id: str
    name: str
    link: str
    conditions: tuple[str, ...] = ()

    @property
    def wants_attribution(self) -> bool:
        """Whether whoever passes the work on must say whose it is, and what was changed."""
        return "attribution" in self.conditions

    @property
    def allows_altered_copies(self) -> bool:
        """Whether what was changed may be passed on."""
        return _CONDITIONS["nd"] not in self.conditions


def _creative_commons() -> Iterator[License]:
    for kind, versions in _CREATIVE_COMMONS.items():
        for version in versions:
            yield License(
                id=f"cc-{kind}-{version}",
                name=f"CC {kind.upper()} {version}",
                link=f"https://creativecommons.org/licenses/{kind}/{version}/",
                conditions=tuple(_CONDITIONS[part] for part in kind.split("-")),
            )


def _all_licenses() -> Iterator[License]:
    commons = "https://opendatacommons.org/licenses"
    yield License(
        id="cc0-1.0", name="CC0 1.0", link="https://creativecommons.org/publicdomain/zero/1.0/"
    )
    yield License(id="pddl", name="PDDL 1.0", link=f"{commons}/pddl/1-0/")
    yield from _creative_commons()
    attribution = _CONDITIONS["by"]
    yield License(
        id="odc-by", name="ODC-By 1.0", link=f"{commons}/by/1-0/", conditions=(attribution,)
    )
    yield License(
        id="odbl",
        name="ODbL 1.0",
        link=f"{commons}/odbl/1-0/",
        conditions=(attribution, _CONDITIONS["sa"]),
    )


LICENSES = {license_.id: license_ for license_ in _all_licenses()}
_BY_LINK = {
    license_.link.split("://")[1].rstrip("/"): license_ for license_ in LICENSES.values()
}
_LINK_ENDINGS = re.compile(r"(/|/legalcode|/deed)(\.[\w-]+)?$")


def find_license(written: str) -> License | None:
    """
    The licence that an article or a publisher names, None where *written* names none of the table.

    Its id in any case and with any blanks, as in ``CC BY 2.5``, or its link.
    """
    words = written.strip().casefold()
    if "://" in words:
        return _BY_LINK.get(_LINK_ENDINGS.sub("", words.split("://")[1]))
    return LICENSES.get(re.sub(r"\s+", "-", words))


def license_id(written: str) -> str:
    """
    The id of the licence that *written* names, ``unknown`` in any case too.

    *written* itself where the table has no such licence.
    """
    found = find_license(written)
    if found:
        return found.id
    return UNKNOWN_LICENSE if is_unknown_license(written) else written


def is_unknown_license(written: str) -> bool:
    """Whether somebody wrote down that the licence is unknown."""
    return written.strip().casefold() == UNKNOWN_LICENSE


def likely_license(written: str) -> str:
    """An id that may be meant by words that are no id."""
    words = re.sub(r"[\W_]+", " ", written.casefold()).strip()
    return (
        "cc0-1.0, perhaps"
        if re.match("cc ?0|cc zero|public ?domain", words)
        else "as in cc-by-4.0"
    )


def article_license(written: object, default: str) -> str:
    """
    The licence of an article whose metadata says *written*; *default*, if any, where it says nothing.

    An id of the table, ``unknown``, or what is written, where the table has no such licence.
    """
    said = str(written or "")
    return license_id(said) if said.strip() else default or UNKNOWN_LICENSE


def why_text_is_omitted(license_: str) -> str:
    """Why the text of an article with this licence, as ``article_license`` gives it, isn't published; empty where it is."""
    found = find_license(license_)
    if found is None:
        return "no licence is known"
    return "" if found.allows_altered_copies else "its licence allows no altered copies"


def license_problems(documents: Iterable[tuple[str, str]]) -> Iterator[Problem]:
    """
    A problem for each document whose licence, the second of the two, is neither in the table nor ``unknown``.

    Empty where neither the article nor the publisher says one: ``unknown`` has to be written down.
    """
    for document, written in documents:
        if not written.strip():
            what = (
                "no licence is recorded; write under [articles] of dataset.toml which licence such"
                f" articles have, or {UNKNOWN_LICENSE}"
            )
            yield Problem(document, what)
        elif not is_unknown_license(written) and find_license(written) is None:
            what = (
                f"the licence is {abbreviate(written)}, which is no licence that the Hub has a name"
                f" for; write its id ({likely_license(written)}), or {UNKNOWN_LICENSE}"
            )
            yield Problem(document, what)
