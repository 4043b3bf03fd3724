"""Annotators who differ, and what Label Studio stores of an adjudicator who chooses between them."""

from copy import deepcopy
from dataclasses import replace
from typing import NamedTuple

from hypothesis import strategies as st
from samples import SCHEMA

from curation.annotations.readings import PlaceReading
from curation.annotations.shown_differences import OWN_ALIAS
from curation.documents.document import Document, Entity, Relation
from curation.labelstudio.adjudication.task import (
    read_adjudication_stamp,
    to_adjudication_prediction,
    update_adjudication_task,
)


def prefilled(task):
    """The result that an adjudicator begins with."""
    return deepcopy(task["predictions"][0]["result"])


def shown(task):
    """The differences that the task asks for, by key."""
    return {one.key: one for one in read_adjudication_stamp(task["data"]).differences}


class UpdatedTask(NamedTuple):
    """What a task is to have now, and the keys of the differences that were added, or settled."""

    data: dict
    prediction: dict
    appended: tuple
    settled: tuple

    @property
    def is_changed(self):
        return bool(self.appended or self.settled)


def updated_task(data, compared, **more):
    """A task's data, brought to what the annotations are now."""
    now = update_adjudication_task(data, compared, SCHEMA, **more)
    stamp = read_adjudication_stamp(now)
    before = read_adjudication_stamp(data).differences
    return UpdatedTask(
        data=now,
        prediction=to_adjudication_prediction(stamp, compared, SCHEMA),
        appended=tuple(one.key for one in stamp.differences[len(before) :]),
        settled=tuple(
            one.key
            for was, one in zip(before, stamp.differences, strict=False)
            if one.settled and not was.settled
        ),
    )


def tick(number, alias, origin="manual"):
    """A tick at one difference; its number begins with 1."""
    return {
        "id": f"tick{number}", "type": "choices", "origin": origin,
        "from_name": f"d{number - 1}", "to_name": f"t{number - 1}",
        "value": {"choices": [alias]},
    }  # fmt: skip


def drawn(text, start, end, label, *, identity="", origin="manual"):
    """A span that was marked by hand."""
    return {
        "id": identity or f"own{start}-{end}-{label}", "type": "labels", "origin": origin,
        "from_name": "label", "to_name": "text",
        "value": {"start": start, "end": end, "text": text[start:end], "labels": [label]},
    }  # fmt: skip


def arrow(head, tail, label, direction="right"):
    """An arrow between two regions, given by their ids."""
    return {
        "type": "relation", "from_id": head, "to_id": tail, "direction": direction, "labels": [label]
    }  # fmt: skip


def decided(task, choices, *, origin="manual"):
    """The result of these choices, by key: aliases, or readings of the adjudicator's own."""
    differences = shown(task)
    text = task["data"]["text"]
    result = prefilled(task)
    ids = {}
    for one in result:
        if one["type"] == "labels":
            value = one["value"]
            ids[value["start"], value["end"], value["labels"][0]] = one["id"]
            if one["from_name"] == "label":
                ids.setdefault((value["start"], value["end"]), one["id"])
    # A place that another task asks for is marked as the end of an arrow.
    for one in result:
        if one["type"] == "labels" and one["from_name"] == "place":
            ids.setdefault((one["value"]["start"], one["value"]["end"]), one["id"])
    ids |= {
        one.place[0]: f"place-{one.n}" for one in differences.values() if one.kind == "entities"
    }
    for key, choice in choices.items():
        number = differences[key].n
        if not isinstance(choice, PlaceReading):
            result.append(tick(number, choice))
            continue
        result.append(tick(number, OWN_ALIAS))
        result += (drawn(text, *one, origin=origin) for one in choice.entities)
        for one in choice.arrows:
            ends = [
                ids.get(named, ids[span]) if named else ids[span]
                for span, named in zip(one.place, one.ends, strict=True)
            ]
            if one.direction == "backward":
                ends.reverse()
            way = "bi" if one.direction == "none" else "right"
            result.append(arrow(*ends, one.label, way))
    return result


# Places, and the readings that annotators may have there; the first is the likeliest.
_TEXT = "Ann Lee of Oslo Corp met Bo Ek of Rome in May, said NATO in Oslo."
_PLACES = {
    "Ann Lee": [[("Ann Lee", "PERSON")], [("Ann", "PERSON")], [], [("Ann Lee", "PERSON"), ("Lee", "ORG")]],
    "Oslo Corp": [[("Oslo Corp", "ORG")], [("Oslo", "GPE")], [("Oslo Corp", "ORG"), ("Oslo", "GPE")], []],
    "Bo Ek": [[("Bo Ek", "PERSON")], [("Bo Ek", "ORG")], []],
    "Rome": [[("Rome", "GPE")], [("Rome", "ORG")], [("Rome", "LOC")]],
    "NATO": [[("NATO", "ORG")], [("NATO", "NORP")]],
    "Oslo.": [[("Oslo.", "GPE")]],
}  # fmt: skip


@st.composite
def similar(draw):
    """Two to four annotators' documents, by uid, who agree on much and differ on places and arrows."""
    article = Document("similar", _TEXT)
    spans = {words: _TEXT.index(words) for words in _PLACES}
    wanted = draw(
        st.lists(
            st.tuples(
                st.sampled_from(sorted(_PLACES)),
                st.sampled_from(sorted(_PLACES)),
                st.sampled_from(
                    ["member_of", "based_in", "meets_with", "supports", "located_in"]
                ),
            ),
            max_size=5,
        )
    )
    found = {}
    for number in range(draw(st.integers(2, 4))):
        there = {}
        for words, readings in _PLACES.items():
            chosen = draw(st.sampled_from([readings[0], *readings]))
            there[words] = [
                Entity(
                    spans[words] + words.index(part),
                    spans[words] + words.index(part) + len(part.rstrip(".")),
                    label,
                )
                for part, label in chosen
            ]
        relations = {
            SCHEMA.canonical_relation(Relation(head, tail, label))
            for one, other, label in wanted
            if one != other and draw(st.integers(0, 3))
            for head in there[one][:1]
            for tail in there[other][-1:]
            if SCHEMA.relations[label].joins_either_way(head.label, tail.label)
        }
        entities = tuple(one for some in there.values() for one in some)
        found[f"u{number}"] = SCHEMA.canonical(
            replace(article, entities=entities, relations=tuple(relations))
        )
    return found
