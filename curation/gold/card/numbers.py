"""The numbers on the dataset card that come from the rows of a version."""

import json
import re
from collections import Counter
from collections.abc import Container, Iterable, Set
from dataclasses import dataclass, field
from typing import Any

from curation.articles import UNKNOWN_LICENSE
from curation.documents.document import is_person_pseudonym, is_unknown_pseudonym
from curation.files import Json
from curation.gold.language_codes import language_code
from curation.gold.licences import article_license, find_license
from curation.gold.tables.rows import ARM_UNKNOWN_KEY, DECISIONS_KEY, JsonRow, row_adjudicators

# The columns that are counted; the texts, which are long, aren't read.
GOLD_COLUMNS = (
    "id", "title", "src", "url", "published", "license", "attribution", "lang", "flags",
    "annotators", "n_annotations", "adjudicated", "arm", "not_offered", "meta",
)  # fmt: skip
LAYER_COLUMNS = (
    "id", "meta", "annotator", "edited_by", "suggested_by", "not_independent", ARM_UNKNOWN_KEY, DECISIONS_KEY,
)  # fmt: skip

# What the card says instead of the source of an article without text.
TEXT_LEFT_OUT = "(without text)"


@dataclass(frozen=True, kw_only=True)
class PublishedArticle:
    """An article as a licence wants it named; *license* is an id, ``unknown``, or what was written."""

    id: str
    title: str
    author: str
    url: str
    license: str
    boilerplate_lines: int


@dataclass
class CardNumbers:
    """
    Numbers of a version's documents and annotations, collected row by row.

    *arms* counts documents, *annotation_arms* annotations by assisted, blind and unknown.
    *not_offered* counts the documents that lack a type, by type, *offer_unknown* those of which nobody
    knows which types they lack. *by_annotation_count* counts documents by the number of their
    annotations, *by_annotator* by the pseudonym of who annotated them, *not_independent* annotations
    by the reason why they don't count for agreement. *adjudicators* are pseudonyms, *decisions* counts
    the differences that verdicts decided, *checked* are the documents with gold that a person adjudicated
    or changed an annotation of, *maybe_checked* those where nobody knows whether it was one, *own* those decided by none of the readings,
    *against_all* the places and pairs decided otherwise than all annotators had them alike, *untouched*
    those where an option ticked beforehand stayed so. *languages* counts documents by ISO 639 code, empty
    where the article says none. *licenses* counts documents with gold by
    licence, *kept_out_licenses* those that have annotations alone, *sources* all of them by source and
    licence. *without_text* counts those of both whose text was left out, by licence. *attributed* are
    those of both with a text whose licence wants attribution, *first_day* and *last_day* those on which
    articles of the gold appeared, empty where no article says so.
    """

    default_license: str = UNKNOWN_LICENSE
    documents: int = 0
    arms: Counter[str] = field(default_factory=Counter)
    annotations: int = 0
    annotation_arms: Counter[str] = field(default_factory=Counter)
    not_independent: Counter[str] = field(default_factory=Counter)
    adjudicated: int = 0
    adjudicators: set[str] = field(default_factory=set)
    checked: set[str] = field(default_factory=set)
    maybe_checked: set[str] = field(default_factory=set)
    decisions: int = 0
    own: int = 0
    against_all: int = 0
    untouched: int = 0
    annotators: set[str] = field(default_factory=set)
    by_annotator: Counter[str] = field(default_factory=Counter)
    by_annotation_count: Counter[int] = field(default_factory=Counter)
    not_offered: Counter[str] = field(default_factory=Counter)
    offer_unknown: int = 0
    flags: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    licenses: Counter[str] = field(default_factory=Counter)
    kept_out_licenses: Counter[str] = field(default_factory=Counter)
    sources: Counter[tuple[str, str]] = field(default_factory=Counter)
    without_text: Counter[str] = field(default_factory=Counter)
    attributed: list[PublishedArticle] = field(default_factory=list)
    first_day: str = ""
    last_day: str = ""
    _documents_seen: set[str] = field(default_factory=set)
    _gold: set[str] = field(default_factory=set)
    _omitted: Container[str] = ()

    @classmethod
    def of(
        cls,
        gold_rows: Iterable[JsonRow],
        layer_rows: Iterable[JsonRow],
        default_license: str,
        *,
        without_text: Container[str] = (),
    ) -> "CardNumbers":
        """
        The numbers of these rows; *default_license* is that of articles that say none.

        The text of the documents *without_text* was left out.
        """
        numbers = cls(default_license, _omitted=without_text)
        for row in gold_rows:
            numbers._add_gold(row)
        for row in layer_rows:
            numbers._add_layer(row)
        numbers.attributed.sort(key=lambda article: article.id)
        return numbers

    def has_gold_of(self, documents: Iterable[str]) -> bool:
        """Whether the version has gold of all these documents."""
        return self._gold.issuperset(documents)

    @property
    def kept_out(self) -> int:
        """How many documents have annotations and no gold."""
        return self.kept_out_licenses.total()

    @property
    def language_codes(self) -> list[str]:
        """The languages of articles that say theirs, sorted."""
        return sorted(filter(None, self.languages))

    @property
    def all_licenses(self) -> Counter[str]:
        """How many documents whose text is published have each licence."""
        return self.licenses + self.kept_out_licenses - self.without_text

    def _add_gold(self, row: JsonRow) -> None:
        self.documents += 1
        self._gold.add(row["id"])
        self.arms[row["arm"]] += 1
        self.adjudicated += row["adjudicated"]
        self.annotators.update(row["annotators"])
        self.by_annotation_count[row["n_annotations"]] += 1
        not_offered = row.get("not_offered")
        self.not_offered.update(not_offered or ())
        self.offer_unknown += not_offered is None
        self.flags.update(row["flags"])
        self.languages[language_code(row["lang"] or "")] += 1
        if re.match(r"\d{4}-\d\d-\d\d", row["published"] or ""):
            day = row["published"][:10]
            self.first_day = min(self.first_day or day, day)
            self.last_day = max(self.last_day, day)
        article = self._article(json.loads(row["meta"]) | _known(row))
        self.licenses[article.license] += 1
        self._publish(article, str(row["src"] or UNKNOWN_LICENSE))

    def _add_layer(self, row: JsonRow) -> None:
        if row["id"] not in self._documents_seen:
            meta = json.loads(row["meta"])
            article = self._article(meta | {"id": row["id"]})
            self.kept_out_licenses[article.license] += 1
            self._publish(article, str(meta.get("src") or UNKNOWN_LICENSE))
        if (decisions := row.get(DECISIONS_KEY)) is not None:
            by = row_adjudicators(row)
            self._note_check(row["id"], by)
            self._add_verdict(by, decisions)
            return
        self._note_check(row["id"], [row["edited_by"] or ""])
        self.annotations += 1
        self.by_annotator[row["annotator"]] += 1
        arm = "assisted" if row["suggested_by"] else "blind"
        self.annotation_arms["unknown" if row.get(ARM_UNKNOWN_KEY) else arm] += 1
        if reason := row.get("not_independent"):
            self.not_independent[reason] += 1

    def _note_check(self, document: str, checkers: Iterable[str]) -> None:
        for one in checkers if document in self._gold else ():
            if is_person_pseudonym(one):
                self.checked.add(document)
            elif is_unknown_pseudonym(one):
                self.maybe_checked.add(document)

    def _add_verdict(self, adjudicators: Set[str], decisions: Iterable[JsonRow]) -> None:
        self.adjudicators |= adjudicators
        for one in decisions:
            if len(one["offered"]) <= 1:
                self.against_all += one["own"]
            else:
                self.decisions += 1
                self.own += one["own"]
                self.untouched += one["preselected"] == "untouched"

    def _article(self, known: Any) -> PublishedArticle:
        dropped = known.get("dropped")
        return PublishedArticle(
            id=known["id"],
            title=str(known.get("title") or ""),
            author=str(known.get("attribution") or known.get("src") or ""),
            url=str(known.get("url") or ""),
            license=article_license(known.get("license"), self.default_license),
            boilerplate_lines=len(dropped) if isinstance(dropped, list) else 0,
        )

    def _publish(self, article: PublishedArticle, source: str) -> None:
        self._documents_seen.add(article.id)
        if article.id in self._omitted:
            self.without_text[article.license] += 1
            self.sources[TEXT_LEFT_OUT, article.license] += 1
            return
        self.sources[source, article.license] += 1
        found = find_license(article.license)
        if found and found.wants_attribution:
            self.attributed.append(article)


def _known(row: JsonRow) -> Json:
    return {column: value for column, value in row.items() if value is not None}
