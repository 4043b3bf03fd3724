"""The words for what is wrong with a verdict, and for what an adjudicator edited."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from curation.annotations.differences import Difference
from curation.annotations.readings import Arrow, PlaceSpan, arrow_order
from curation.annotations.settle_choices import Contradiction
from curation.annotations.shown_differences import ShownDifference, difference_number
from curation.documents.document import Document
from curation.documents.quote import quote_words
from curation.errors import Problem
from curation.labelstudio.adjudication.verdict_drawings import AgreedPart
from curation.schema.model import Schema


@dataclass(frozen=True)
class AskedDifference:
    """A difference, as the task of a round shows it."""

    round: int
    shown: ShownDifference

    @property
    def name(self) -> str:
        """The difference by its number: ``#3``; by its key where it has no number."""
        n = self.shown.n
        return difference_number(n, self.round) if n else self.shown.key


def describe_difference(article: Document, difference: ShownDifference) -> str:
    """The number of a difference, and the words that it is about."""
    words = " and ".join(quote_words(article.text, *span) for span in difference.place)
    return f"difference #{difference.n}{f' on {words}' if words else ''}"


def place_of_difference(article: Document, difference: ShownDifference) -> str:
    """The document, and where in it the difference is."""
    spans = " → ".join(f"{start}..{end}" for start, end in difference.place)
    return f"{article.id}{f', {spans}' if spans else ''}"


def contradiction_problem(
    article: Document,
    found: Contradiction,
    asked: Mapping[str, AskedDifference],
    decided: Mapping[str, Difference],
    schema: Schema,
) -> Problem:
    """Which of the differences *asked*, and of those *decided* before, contradict each other, and why."""
    involved = [asked[key] for key in found.differences if key in asked]
    stands = [decided[key] for key in found.differences if key in decided and key not in asked]
    spans = found.arrow.place if found.arrow else involved[0].shown.place
    where = " → ".join(f"{start}..{end}" for start, end in spans)
    what = f"{_named(article, involved, stands)}: {_why(article, found, schema)}"
    return Problem(f"{article.id}, {where}", what)


def describe_edits(article: Document, before: AgreedPart, after: AgreedPart) -> Iterator[str]:
    """What was changed of the agreed part."""
    for verb, one, other in (("removed", before, after), ("added", after, before)):
        for entity in sorted({*one.document.entities} - {*other.document.entities}):
            yield f"{quote_words(article.text, *entity.span)} {entity.label} {verb}"
        for relation in sorted({*one.document.relations} - {*other.document.relations}):
            ends = (relation.head.span, relation.tail.span)
            yield _arrow_words(article, relation.label, ends, verb)
        # Which entity of a place an arrow joins is a matter of the verdict there, and no edit.
        there = {(arrow.label, arrow.direction, arrow.place) for arrow in other.arrows}
        for arrow in sorted({*one.arrows}, key=arrow_order):
            if (arrow.label, arrow.direction, arrow.place) in there:
                continue
            first, second = arrow.place
            ends = (second, first) if arrow.direction == "backward" else (first, second)
            yield _arrow_words(article, arrow.label, ends, verb)


def _named(
    article: Document, asked: Sequence[AskedDifference], stands: Sequence[Difference]
) -> str:
    """Differences by their numbers, and what was decided before: ``differences #2 and #7``."""
    names = [one.name for one in asked]
    parts = [f"difference {name}" for name in names]
    if len(names) > 1:
        parts = [f"differences {', '.join(names[:-1])} and {names[-1]}"]
    for one in stands:
        words = [quote_words(article.text, *span) for span in one.place]
        way = "between" if len(words) > 1 else "on"
        parts.append(f"what is decided {way} {' and '.join(words)}")
    if len(asked) + len(stands) < 2:
        parts.append("what all annotators agree on")
    return ", and ".join(parts)


def _why(article: Document, found: Contradiction, schema: Schema) -> str:
    arrow = found.arrow
    if arrow is None:
        return "the verdict is none of the options"
    drawn = f"the arrow {arrow.label} {_ends(article, arrow)}"
    match found.kind:
        case "no end":
            mend = (
                "choose otherwise at one of them"
                if len(found.differences) > 1
                else "delete the arrow, or choose otherwise there"
            )
            return f"{drawn} has an end where the verdict marks nothing; {mend}"
        case "forbidden" if found.head and found.tail:
            kind = schema.relations.get(arrow.label)
            joins = f"; {arrow.label} joins {kind.signature}" if kind else ""
            return f"{arrow.label} may not join {found.head[2]} to {found.tail[2]}{joins}"
        case "itself":
            return f"{drawn} would join an entity with itself"
        case _:
            return (
                f"{drawn} may join several entities there, and nothing says which; tick"
                " 'neither' and draw what is meant"
            )


def _ends(article: Document, arrow: Arrow) -> str:
    first, second = (quote_words(article.text, *span) for span in arrow.place)
    match arrow.direction:
        case "forward":
            return f"from {first} to {second}"
        case "backward":
            return f"from {second} to {first}"
        case "none":
            return f"between {first} and {second}"


def _arrow_words(
    article: Document, label: str, ends: tuple[PlaceSpan, PlaceSpan], verb: str
) -> str:
    head, tail = (quote_words(article.text, *span) for span in ends)
    return f"{head} {label} {tail} {verb}"
