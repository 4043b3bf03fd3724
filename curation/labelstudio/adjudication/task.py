"""
The Label Studio task in which an adjudicator settles the differences of a document.

Positions never move: Label Studio knows a verdict by its position, so that differences are only
ever added at the end, and what fell away stays, as no longer in question.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

import msgspec

from curation.annotations.differences import ComparedAnnotations, Difference
from curation.annotations.readings import Arrow, PlaceSpan
from curation.annotations.shown_differences import (
    AGREED_VERSION,
    OWN_ALIAS,
    SETTLED_ALIAS,
    AdjudicationStamp,
    ShownDifference,
    options_as_shown,
    parse_adjudication_stamp,
    show_difference,
    shown_under_current_names,
)
from curation.documents.document import Entity
from curation.files import Json
from curation.labelstudio.adjudication.markdown_text import bold_in_context, bold_words
from curation.labelstudio.adjudication.option_words import (
    NEITHER,
    NO_LONGER_IN_QUESTION,
    option_words,
)
from curation.labelstudio.json_values import as_list, as_object
from curation.labelstudio.task_stamp import STAMP_KEY
from curation.labelstudio.tasks import article_data, to_result
from curation.schema.adjudication_screen import (
    DIFFERENCES_KEY,
    PLACE_TAG,
    PLACES_KEY,
    choice_tag,
    text_tag_of_choice,
)
from curation.schema.guidelines import guideline_sha256
from curation.schema.labeling import FLAGS_TAG, TEXT_TAG
from curation.schema.model import Schema

ADJUDICATION_KEY = "adjudication"
ROUND_KEY = "round"

_MARK_COLOR = "#e6b800"
# A key that no keyboard has: without one of its own, an option would get a letter. Written so,
# since the editor warns of every repeated key that it knows as it is written, thousands of times
# for forty differences, which doubles the time to open them.
_NO_KEY = "F13"


def to_adjudication_task(
    compared: ComparedAnnotations,
    schema: Schema,
    *,
    asked: Sequence[Difference] | None = None,
    round_number: int = 1,
    preselected: Mapping[str, str] | None = None,
) -> Json:
    """
    The task to import, with what all agree on, and a mark over each disputed place.

    *asked* are the differences that the task asks for, all unless given. *preselected* are aliases
    of options that are ticked before anybody comes, by the difference's key.
    """
    asked = compared.differences if asked is None else asked
    ticked = preselected or {}
    data = article_data(compared.agreed) | {ROUND_KEY: round_number}
    if round_number > 1:
        data["byline"] += f" · round {round_number}"
    shown: list[ShownDifference] = []
    entries: list[Json] = []
    for difference in asked:
        _append(shown, entries, difference, compared, preselected=ticked.get(difference.key))
    stamp = AdjudicationStamp(
        round=round_number,
        schema=schema.fingerprint,
        guideline=guideline_sha256(schema),
        differences=tuple(shown),
    )
    data |= _panel(stamp, entries)
    return {"data": data, "predictions": [to_adjudication_prediction(stamp, compared, schema)]}


def update_adjudication_task(  # noqa: PLR0913 - what a task is brought to
    data: Json,
    compared: ComparedAnnotations,
    schema: Schema,
    *,
    asked: Sequence[Difference] | None = None,
    holding: Collection[str] = (),
    answered: Collection[int] = (),
    preselected: Mapping[str, str] | None = None,
) -> Json:
    """
    A task's data, brought to what the annotations are now; what was shown keeps its position.

    *asked* are the differences that the task asks for now, all unless given. One that the task shows
    already, with all its readings, stays; any other is appended, also where an earlier position has
    fewer readings of it, or is one of the numbers that are *answered*. What isn't asked any more is settled, but for the keys in *holding*, whose
    verdicts stand. *preselected* are as in a new task, for what is appended: no use where somebody has
    begun. Raises ValueError for a task that isn't ours.
    """
    asked = compared.differences if asked is None else asked
    stamp = read_adjudication_stamp(data)
    entries = [dict(as_object(one)) for one in as_list(data.get(DIFFERENCES_KEY))]
    if stamp is None or len(entries) != len(stamp.differences):
        raise ValueError("not the data of an adjudication task")
    shown = list(stamp.differences)
    standing = {one.key for one in shown if not one.settled and one.key in holding}
    new = [
        difference
        for difference in asked
        if difference.key not in standing
        and not any(
            not one.settled
            and one.n not in answered
            and shown_under_current_names(one, schema).offers(difference)
            for one in shown
        )
    ]
    anew = {one.key: len(shown) + number for number, one in enumerate(new, 1)}
    still_asked = {one.key for one in asked} - anew.keys()
    for position, one in enumerate(stamp.differences):
        if one.settled or one.key in standing or one.key in still_asked:
            continue
        shown[position] = msgspec.structs.replace(one, settled=True)
        entries[position] = _settled_entry(entries[position], anew.get(one.key))
    ticked = preselected or {}
    for difference in new:
        _append(shown, entries, difference, compared, preselected=ticked.get(difference.key))
    now = msgspec.structs.replace(
        stamp,
        schema=schema.fingerprint if new else stamp.schema,
        differences=tuple(shown),
    )
    return data | _panel(now, entries)


def read_adjudication_stamp(data: Json) -> AdjudicationStamp | None:
    """What a task's data says for machines; None where there is nothing, or this program didn't write it so."""
    return parse_adjudication_stamp(as_object(data.get(STAMP_KEY)).get(ADJUDICATION_KEY))


def to_adjudication_prediction(
    stamp: AdjudicationStamp, compared: ComparedAnnotations, schema: Schema
) -> Json:
    """
    What is marked before anybody comes: the agreed part, marks over disputed places, arrows, ticks.

    In this order, so that a click on words takes the entity and not the mark. Marks over agreed
    entities, where these are the ends of disputed relations, can't be changed; those over disputed
    places can, also where another task asks for the place, since no arrow can be drawn to what can't.
    """
    numbered = compared.agreed.with_numbered_entities()
    agreed = to_result(numbered, schema)
    entity_ids = {one: one.id for one in numbered.entities}
    in_question = [one for one in stamp.differences if not one.settled]
    places = {one.place[0]: one.n for one in in_question if one.kind == "entities"}
    agreed_spans = {one.span for one in numbered.entities}
    text = compared.agreed.text
    result = [one for one in agreed if one["type"] != "relation"]
    result += (_mark(text, n, span, _mark_id(n)) for span, n in places.items())
    for one in in_question:
        if one.kind == "relations":
            ends = [span for span in dict.fromkeys(one.place) if span not in places]
            for number, span in enumerate(ends, 1):
                mark = _mark(text, one.n, span, f"{_mark_id(one.n)}-{number}")
                result.append(mark | {"readonly": True} if span in agreed_spans else mark)
    result += (one for one in agreed if one["type"] == "relation")
    result += _agreed_arrows(compared, places, entity_ids, schema)
    flags = [flag for flag in compared.flags if not schema.keeps_out(flag)]
    if flags:
        result.append(_ticked("flags", FLAGS_TAG, TEXT_TAG, flags))
    for one in stamp.differences:
        alias = SETTLED_ALIAS if one.settled else one.preselected
        if alias:
            position = one.n - 1
            control = choice_tag(position)
            result.append(_ticked(control, control, text_tag_of_choice(position), [alias]))
    return {"model_version": AGREED_VERSION, "result": result}


def _append(
    shown: list[ShownDifference],
    entries: list[Json],
    difference: Difference,
    compared: ComparedAnnotations,
    *,
    preselected: str | None = None,
) -> None:
    """Add the difference at the end of what machines read, and of what people see."""
    number = len(shown) + 1
    before = [one.n for one in shown if one.key == difference.key]
    shown.append(show_difference(difference, number, preselected=preselected))
    again = f"(#{before[-1]} again) " if before else ""
    text = compared.agreed.text
    entries.append(
        {
            "n": str(number),
            "shown": f"**#{number}** {again}{_question(difference, text)}",
            "options": _options(difference, text),
        }
    )


def _question(difference: Difference, text: str) -> str:
    """What is in question, as Markdown."""
    if difference.place:
        return bold_in_context(text, difference.place)
    flags = {flag for option in difference.options for flag in option.reading.flag_names}
    named = ", ".join(bold_words(flag) for flag in sorted(flags))
    return f"The document is flagged {named}. Keep it out of the gold, or take it in?"


def _options(difference: Difference, text: str) -> list[Json]:
    """The options as they are shown, and at last that none of them is right."""
    words = option_words(difference, text)
    listed = [_option(words[one.alias], one.alias) for one in options_as_shown(difference)]
    return listed if difference.kind == "flags" else [*listed, _option(NEITHER, OWN_ALIAS)]


def _option(words: str, alias: str) -> Json:
    return {"value": words, "alias": alias, "hotkey": _NO_KEY}


def _settled_entry(entry: Json, asked_as: int | None) -> Json:
    """The entry with one more option, so that what is ticked stays ticked and an empty one isn't required."""
    number = f"**#{entry['n']}** "
    why = f"asked again as #{asked_as}" if asked_as else NO_LONGER_IN_QUESTION
    question = str(entry["shown"]).removeprefix(number)
    option = _option(NO_LONGER_IN_QUESTION, SETTLED_ALIAS)
    return entry | {
        "shown": f"{number}*{why}*: {question}",
        "options": [*as_list(entry["options"]), option],
    }


def _panel(stamp: AdjudicationStamp, entries: list[Json]) -> Json:
    return {
        PLACES_KEY: [
            {"value": _mark_label(one.n), "background": _MARK_COLOR}
            for one in stamp.differences
        ],
        DIFFERENCES_KEY: entries,
        STAMP_KEY: {ADJUDICATION_KEY: stamp.to_json()},
    }


def _mark_label(number: int) -> str:
    return f"#{number}"


def _mark_id(number: int) -> str:
    return f"place-{number}"


def _mark(text: str, number: int, span: PlaceSpan, identity: str) -> Json:
    start, end = span
    return {
        "id": identity,
        "type": "labels",
        "from_name": PLACE_TAG,
        "to_name": TEXT_TAG,
        "value": {
            "start": start,
            "end": end,
            "text": text[start:end],
            "labels": [_mark_label(number)],
        },
    }


def _ticked(identity: str, control: str, to: str, choices: Sequence[str]) -> Json:
    return {
        "id": f"{identity}-ticked",
        "type": "choices",
        "from_name": control,
        "to_name": to,
        "value": {"choices": list(choices)},
    }


def _agreed_arrows(
    compared: ComparedAnnotations,
    places: Mapping[PlaceSpan, int],
    entity_ids: Mapping[Entity, str],
    schema: Schema,
) -> list[Json]:
    """The arrows that all have alike, drawn to marks; without those to a place that isn't marked."""
    labels: dict[tuple[str, str], list[str]] = defaultdict(list)
    for arrow in compared.agreed_arrows:
        one, other = (_end_id(compared, arrow, number, places, entity_ids) for number in (0, 1))
        if one and other:
            ends = (other, one) if arrow.direction == "backward" else (one, other)
            labels[ends].append(arrow.label)
    return [
        {
            "type": "relation",
            "from_id": head,
            "to_id": tail,
            "direction": "bi" if {*named} <= schema.symmetric else "right",
            "labels": named,
        }
        for (head, tail), named in labels.items()
    ]


def _end_id(
    compared: ComparedAnnotations,
    arrow: Arrow,
    number: int,
    places: Mapping[PlaceSpan, int],
    entity_ids: Mapping[Entity, str],
) -> str:
    end = compared.end(arrow, number)
    if isinstance(end, Entity):
        return entity_ids.get(end, "")
    marked = places.get(end.place[0]) if end else None
    return _mark_id(marked) if marked else ""
