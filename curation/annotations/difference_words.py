"""Differences between annotations, and decisions on them, in words: the place, and who has which reading there."""

from collections.abc import Iterator, Mapping

from curation.annotations.differences import ComparedAnnotations, Difference
from curation.annotations.readings import TURNED, Arrow, LabelledSpan, PlaceReading, PlaceSpan
from curation.annotations.record import Decision

# At most so many characters of a span are quoted.
_LONGEST_QUOTE = 40

_SIGNS = {"forward": "→", "backward": "←", "none": "—"}


def describe_differences(
    compared: ComparedAnnotations, names: Mapping[str, str]
) -> Iterator[str]:
    """Each difference in words; *names* are the annotators, by the uids of their annotations."""
    text = compared.agreed.text
    for difference in compared.differences:
        readings = []
        for uid in sorted(names, key=lambda uid: names[uid]):
            option = difference.option_of(uid)
            if option is None:
                continue
            who = " and ".join(sorted(names[one] for one in option.by if one in names))
            line = f"{_describe_reading(text, difference, option.reading)} by {who}"
            if line not in readings:
                readings.append(line)
        yield f"{_describe_place(text, difference.place)}: {'; '.join(readings)}"


def describe_decision(text: str, decision: Decision, names: Mapping[str, str]) -> str:
    """What was decided at a difference, and who had each reading offered; *names* are those of annotators, by uid."""
    number = "" if decision.number is None else f"#{decision.number} "
    round_ = f"(round {decision.round}) " if (decision.round or 1) > 1 else ""
    how = ", the adjudicator's own" if decision.own else ""
    if decision.preselected:
        how += f", ticked beforehand and {decision.preselected}"
    chosen = _describe_reading(text, decision, decision.chosen)
    offered = []
    for one in decision.offered:
        if one.by:
            who = " and ".join(sorted({names.get(uid, uid) for uid in one.by}))
            offered.append(f"{_describe_reading(text, decision, one.reading)} by {who}")
    where = _describe_place(text, decision.place)
    return f"{number}{round_}{where}: {chosen}{how}; offered: {'; '.join(offered)}"


def _describe_place(text: str, place: tuple[PlaceSpan, ...]) -> str:
    """The place of a difference in words: each span, with the text there."""
    return " and ".join(_quoted_span(text, span) for span in place) or "the document"


def _describe_reading(text: str, asked: Difference | Decision, reading: PlaceReading) -> str:
    """What somebody has at a difference, in words; a label alone where it is on the whole place."""
    if asked.kind == "flags":
        return (
            f"flagged {', '.join(reading.flag_names)}" if reading.flag_names else "not flagged"
        )
    if asked.kind == "relations":
        arrows = [_arrow(text, one) for one in reading.arrows]
        return " and ".join(arrows) or "no arrow"
    (place,) = asked.place
    parts = [
        label if (start, end) == place else f"{label} {_quoted(text, (start, end))}"
        for start, end, label in reading.entities
    ]
    parts += [_arrow_from(text, place, one) for one in reading.arrows]
    return " and ".join(parts) or "not marked"


def _arrow(text: str, arrow: Arrow) -> str:
    named = [_named(text, end, span) for end, span in zip(arrow.ends, arrow.place, strict=True)]
    ends = f" ({', '.join(filter(None, named))})" if any(named) else ""
    return f"{_SIGNS[arrow.direction]} {arrow.label}{ends}"


def _named(text: str, end: LabelledSpan | None, place: PlaceSpan) -> str:
    if end is None:
        return ""
    start, stop, label = end
    return label if (start, stop) == place else f"{label} {_quoted(text, (start, stop))}"


def _arrow_from(text: str, place: PlaceSpan, arrow: Arrow) -> str:
    """An arrow of a place, seen from there: the sign, the label, and where the other end is."""
    first, second = arrow.place
    if first == second:
        return _arrow(text, arrow)
    way = arrow.direction if first == place else TURNED[arrow.direction]
    other = second if first == place else first
    return f"{_SIGNS[way]} {arrow.label} {_quoted_span(text, other)}"


def _quoted_span(text: str, span: PlaceSpan) -> str:
    start, end = span
    return f"{start}..{end} {_quoted(text, span)}"


def _quoted(text: str, span: PlaceSpan) -> str:
    words = text[span[0] : span[1]]
    quote = words if len(words) <= _LONGEST_QUOTE else f"{words[: _LONGEST_QUOTE - 1]}…"
    return repr(quote)
