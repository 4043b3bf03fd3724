"""The task of an adjudicator: numbered differences, anonymous options, and what is marked before."""

import json
import re
from dataclasses import replace

import pytest
from deciding import updated_task
from disputed import (
    AMERICA,
    BANK,
    DEPUTY,
    FIRM,
    HEZBOLLAH,
    IRAN,
    IRANIAN,
    ISRAEL,
    META,
    TEXT,
    annotations,
    comparison,
    named,
)
from hypothesis import given
from hypothesis import strategies as st
from samples import SCHEMA
from strategies import articles, marked

from curation.annotations.compared import compare_documents, flag_difference
from curation.documents.document import Document, Entity, Layer, Relation
from curation.labelstudio.adjudication.task import (
    read_adjudication_stamp,
    to_adjudication_task,
    update_adjudication_task,
)
from curation.labelstudio.task_stamp import read_stamp
from curation.labelstudio.tasks import article_in_task

ISOLATES = re.compile("[\u2060\u2068\u2069]")


def task_of(compared, **more):
    """The task as Label Studio gets it."""
    return json.loads(json.dumps(to_adjudication_task(compared, SCHEMA, **more)))


def compared_as(**changed):
    """The two annotations, with one of them changed, compared."""
    return compare_documents(annotations() | changed, SCHEMA)


def options(data, number):
    """The words of the options of a difference."""
    entry = data["differences"][number - 1]
    return [ISOLATES.sub("", one["value"]) for one in entry["options"]]


def ticked(prediction):
    """What is ticked before anybody comes, by control."""
    return {
        one["from_name"]: one["value"]["choices"]
        for one in prediction["result"]
        if one["type"] == "choices"
    }


def marks(prediction):
    """The words under each mark, by number."""
    found = {}
    for one in prediction["result"]:
        if one.get("from_name") == "place":
            found.setdefault(one["value"]["labels"][0], []).append(one["value"]["text"])
    return found


def test_differences_are_numbered_in_the_order_of_the_text_with_the_words_of_their_readings():
    data = task_of(comparison())["data"]

    assert [one["n"] for one in data["differences"]] == [str(n) for n in range(1, 11)]
    assert [set(options(data, n)) for n in range(1, 11)] == [
        {"NORP", "GPE", "not marked", "neither"},
        {"TITLE “Russian Defense Minister”", "NORP “Russian” + TITLE “Defense Minister”", "not marked", "neither"},
        {"Amir Hatami — meets_with — Sergei Shoigu", "no arrow", "neither"},
        {"ORG", "FAC", "not marked", "neither"},
        {"Russia → supports → Bashar Assad", "no arrow", "neither"},
        {"TITLE, and Sergei Ryabkov → holds_position → it", "not marked", "neither"},
        {"GPE “America”", "ORG “Bank of America”", "not marked", "neither"},
        {"Israel → opposes → Hezbollah", "Israel → supports → Hezbollah", "no arrow", "neither"},
        {"Zarubezhneft — agreement_with — Iran", "no arrow", "neither"},
        {"LAW", "not marked", "neither"},
    ]  # fmt: skip


def test_no_option_says_whose_it_is_and_none_has_a_key_that_keyboards_have():
    """Whichever annotator comes first, the order is the same."""
    turned = compare_documents(dict(reversed(annotations().items())), SCHEMA)
    data = task_of(comparison())["data"]

    assert task_of(turned)["data"]["differences"] == data["differences"]
    assert "ada" not in json.dumps(data["differences"])
    assert {one["hotkey"] for each in data["differences"] for one in each["options"]} == {"F13"}
    for each in data["differences"]:
        *others, empty, own = each["options"]
        assert empty["value"] in ("not marked", "no arrow")
        assert own == {"value": "neither", "alias": "own", "hotkey": "F13"}
        assert others == sorted(others, key=lambda one: one["alias"])


def test_an_arrow_is_written_from_its_head_whichever_stands_first():
    both = (ISRAEL, HEZBOLLAH)
    one = Document("d", TEXT, both)
    other = replace(one, relations=(Relation(HEZBOLLAH, ISRAEL, "opposes"),))
    data = task_of(compare_documents({"a": one, "b": other}, SCHEMA))["data"]

    assert options(data, 1)[0] == "Hezbollah → opposes → Israel"


def test_options_of_the_same_words_are_told_apart():
    text = "Bank of Bank"
    first, second = Entity(0, 4, "ORG"), Entity(8, 12, "ORG")
    whole = Entity(0, 12, "ORG")
    documents = {
        uid: Document("d", text, entities)
        for uid, entities in (("a", (first,)), ("b", (second,)), ("c", (whole,)))
    }
    data = task_of(compare_documents(documents, SCHEMA))["data"]

    assert sorted(options(data, 1)) == [
        "ORG “Bank of Bank”", "ORG “Bank” (ORG 0–4)", "ORG “Bank” (ORG 8–12)", "neither", "not marked",
    ]  # fmt: skip


def test_of_a_long_name_the_middle_is_left_out():
    text = "The " + "very " * 50 + "long name."
    long, short = Entity(4, len(text) - 1, "ORG"), Entity(len(text) - 5, len(text) - 1, "ORG")
    documents = {"a": Document("d", text, (long,)), "b": Document("d", text, (short,))}
    data = task_of(compare_documents(documents, SCHEMA))["data"]

    (words,) = (one for one in options(data, 1) if "very" in one)
    assert len(words) < 90
    assert "…" in words
    assert words.endswith("long name”")


def test_what_all_agree_on_is_marked_first_then_disputed_places_then_ends_then_arrows():
    """So that a click takes the entity; no arrow can be drawn to a mark that can't be changed."""
    (prediction,) = task_of(comparison())["predictions"]
    kinds = [
        (one.get("from_name", one["type"]), one.get("readonly", False))
        for one in prediction["result"]
    ]

    assert prediction["model_version"] == "agreed"
    assert list(dict.fromkeys(kinds)) == [
        ("label", False), ("place", False), ("place", True), ("relation", False),
    ]  # fmt: skip
    assert marks(prediction)["#7"] == ["Bank of America"]
    assert marks(prediction)["#8"] == ["Israel", "Hezbollah"]
    labels = {
        one["value"]["text"] for one in prediction["result"] if one.get("from_name") == "label"
    }
    assert "Kremlin" not in labels


def test_an_arrow_can_be_drawn_to_an_end_that_another_task_asks_for():
    """No entity is there, and none can be drawn to a mark that can't be changed."""
    ben = annotations()["ben"]
    place = replace(IRAN, label="LOC")
    entities = tuple(sorted(place if one == IRAN else one for one in ben.entities))
    relations = tuple(one for one in ben.relations if one.label != "agreement_with")
    compared = compared_as(
        ada=replace(annotations()["ada"], relations=(Relation(FIRM, IRAN, "agreement_with"),)),
        ben=replace(ben, entities=entities, relations=relations),
    )
    asked = [one for one in compared.differences if one.place == (FIRM.span, IRAN.span)]
    (prediction,) = task_of(compared, asked=asked, round_number=2)["predictions"]

    found = {
        one["value"]["text"]: one.get("readonly", False)
        for one in prediction["result"]
        if one.get("from_name") == "place"
    }
    assert found == {"Zarubezhneft": True, "Iran": False}


def test_an_arrow_that_all_have_goes_to_the_mark_of_its_disputed_end():
    (prediction,) = task_of(comparison())["predictions"]
    words = {one["id"]: one["value"]["text"] for one in prediction["result"] if "id" in one}
    arrows = [
        (words[one["from_id"]], one["labels"], words[one["to_id"]], one["direction"])
        for one in prediction["result"]
        if one["type"] == "relation"
    ]

    assert ("Amir Hatami", ["affiliated_with"], "Iranian", "right") in arrows
    assert ("Sergei Shoigu", ["holds_position"], "Russian Defense Minister", "right") in arrows
    assert len(arrows) == 4


@st.composite
def comparisons(draw):
    """Two or three annotators' documents of one article, compared."""
    article = draw(articles())
    documents = {
        uid: SCHEMA.canonical(draw(marked(SCHEMA, article, Layer("annotator", uid))))
        for uid in ("a", "b", "c")[: draw(st.integers(2, 3))]
    }
    return compare_documents(documents, SCHEMA)


@given(comparisons())
def test_whatever_annotators_have_the_task_can_be_shown_and_read_again(compared):
    """No two options alike, regions in the text, arrows between regions, ticks that are offered."""
    task = task_of(compared)
    data, (prediction,) = task["data"], task["predictions"]

    assert len(data["differences"]) == len(data["places"]) == len(compared.differences)
    for one in data["differences"]:
        for what in ("value", "alias"):
            assert len({option[what] for option in one["options"]}) == len(one["options"])
    regions = [one for one in prediction["result"] if one["type"] == "labels"]
    ids = [one["id"] for one in regions]
    assert len({*ids}) == len(ids)
    for one in regions:
        start, end = one["value"]["start"], one["value"]["end"]
        assert compared.agreed.text[start:end] == one["value"]["text"] != ""
    arrows = [one for one in prediction["result"] if one["type"] == "relation"]
    pairs = [(one["from_id"], one["to_id"]) for one in arrows]
    assert len({*pairs}) == len(pairs)
    assert {end for pair in pairs for end in pair} <= {*ids}
    drawn = sum(len(one["labels"]) for one in arrows)
    assert drawn == len(compared.agreed.relations) + len(compared.agreed_arrows)
    stamp = read_adjudication_stamp(data)
    assert [one.options for one in stamp.differences] == [
        one.options for one in compared.differences
    ]


@given(comparisons(), comparisons())
def test_whatever_changes_positions_and_what_was_offered_stay(before, after):
    """Of two articles that have nothing to do with each other, too: at worst all is asked anew."""
    data = task_of(before)["data"]

    now = json.loads(json.dumps(updated_task(data, after).data))

    assert len(now["differences"]) >= len(data["differences"])
    for old, new in zip(data["differences"], now["differences"], strict=False):
        assert new["n"] == old["n"]
        assert new["options"][: len(old["options"])] == old["options"]
    stamp = read_adjudication_stamp(now)
    asked = [one for one in stamp.differences if not one.settled]
    assert {one.key for one in asked} == {one.key for one in after.differences}
    assert len(asked) == len(after.differences)


def test_the_question_of_a_flagged_document_has_no_neither():
    compared = comparison()
    flags = {"ada": ["bad_text"], "ben": ["needs_discussion"]}
    question = flag_difference(compared.agreed.text_sha256, flags, SCHEMA)
    flagged = replace(
        compared,
        differences=(*compared.differences, question),
        flags=("bad_text", "needs_discussion"),
    )
    task = task_of(flagged)

    assert sorted(options(task["data"], 11)) == ["keep out", "take in"]
    assert "bad&#95;text" in task["data"]["differences"][10]["shown"]
    assert ticked(task["predictions"][0]) == {"doc_flag": ["needs_discussion"]}


def test_machines_read_what_people_see():
    """The alias can be worked out again from the document, the difference and the reading."""
    compared = comparison()
    data = task_of(compared, round_number=2)["data"]
    stamp = read_adjudication_stamp(data)

    assert (stamp.round, data["round"]) == (2, 2)
    assert data["byline"] == "Wikinews · 2018-04-03 · round 2"
    assert stamp.schema == SCHEMA.fingerprint
    assert [one.key for one in stamp.differences] == [one.key for one in compared.differences]
    for shown, entry in zip(stamp.differences, data["differences"], strict=True):
        assert shown.has_aliases_of(compared.agreed.text_sha256)
        assert not shown.has_aliases_of("another text")
        assert {one.alias for one in shown.options} == {
            one["alias"] for one in entry["options"]
        } - {"own"}
        assert sorted(uid for one in shown.options for uid in one.by) == ["ada", "ben"]


def test_the_article_is_in_the_task_as_in_an_annotators_which_it_is_not():
    data = task_of(comparison())["data"]

    assert article_in_task(data, "here") == (Document("disputed", TEXT, meta=META), [])
    assert read_stamp(data) is None


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"curate": {}},
        {"curate": {"adjudication": {"format": 1}}},
        {
            "curate": {
                "adjudication": {"format": 2, "round": 1, "schema": "", "differences": []}
            }
        },
    ],
)
def test_data_that_this_program_did_not_write_has_no_stamp(changed):
    assert read_adjudication_stamp(changed) is None
    with pytest.raises(ValueError, match="not the data of an adjudication task"):
        update_adjudication_task(changed, comparison(), SCHEMA)


def test_a_task_without_differences_has_empty_lists():
    """Label Studio refuses one without the keys."""
    data = task_of(comparison(), asked=())["data"]

    assert (data["places"], data["differences"]) == ([], [])


def test_a_preselected_option_is_ticked():
    compared = comparison()
    first = compared.differences[0]
    task = task_of(compared, preselected={first.key: first.options[1].alias})

    assert ticked(task["predictions"][0]) == {"d0": [first.options[1].alias]}
    stamp = read_adjudication_stamp(task["data"])
    assert stamp.differences[0].preselected == first.options[1].alias


def test_an_update_that_changes_nothing_changes_nothing():
    task = task_of(comparison())

    updated = updated_task(task["data"], comparison())

    assert not updated.is_changed
    assert json.loads(json.dumps(updated.data)) == task["data"]
    assert json.loads(json.dumps(updated.prediction)) == task["predictions"][0]


def test_what_fell_away_keeps_its_position_and_needs_no_verdict():
    task = task_of(comparison())
    ben = annotations()["ben"]
    agreeing = replace(
        ben, entities=tuple(sorted((*ben.entities, named("Non-Proliferation Treaty", "LAW"))))
    )

    updated = updated_task(task["data"], compared_as(ben=agreeing))

    assert (updated.appended, updated.settled) == ((), ("e313-337",))
    *before, last = updated.data["differences"]
    assert before == task["data"]["differences"][:-1]
    assert last["options"][:-1] == task["data"]["differences"][-1]["options"]
    assert last["options"][-1]["value"] == "no longer in question"
    shown = ISOLATES.sub("", last["shown"])
    assert shown.startswith("**#10** *no longer in question*: … signed")
    assert ticked(updated.prediction) == {"d9": ["settled"]}
    assert "#10" not in marks(updated.prediction)
    assert read_adjudication_stamp(updated.data).differences[-1].settled


def test_a_reading_that_was_not_offered_is_asked_at_the_end_and_the_old_question_rests():
    task = task_of(comparison())
    ben = annotations()["ben"]
    other = replace(
        ben,
        entities=tuple(
            replace(one, label="LOC") if one == AMERICA else one for one in ben.entities
        ),
    )

    updated = updated_task(task["data"], compared_as(ben=other))
    twice = updated_task(updated.data, compared_as(ben=other))

    (key,) = updated.appended
    assert updated.settled == (key,)
    assert key == f"e{BANK.start}-{BANK.end}"
    assert len(updated.data["differences"]) == 11
    assert "LOC “America”" in options(updated.data, 11)
    new, old = (updated.data["differences"][n - 1]["shown"] for n in (11, 7))
    assert new.startswith("**#11** (#7 again) … ")
    assert old.startswith("**#7** *asked again as #11*: ")
    assert marks(updated.prediction)["#11"] == ["Bank of America"]
    assert not twice.is_changed


def test_adopting_a_reading_that_was_offered_changes_nothing_while_others_differ():
    third = annotations() | {"cy": annotations()["ada"]}
    task = task_of(compare_documents(third, SCHEMA))
    moved = third | {"cy": third["ben"]}

    updated = updated_task(task["data"], compare_documents(moved, SCHEMA))

    assert not updated.is_changed


def test_a_difference_whose_verdict_stands_stays_though_nobody_asks_for_it():
    task = task_of(comparison())
    key = comparison().differences[0].key

    updated = updated_task(
        task["data"], comparison(), asked=comparison().differences[1:], holding={key}
    )

    assert not updated.is_changed


def test_a_difference_that_comes_back_is_asked_at_the_end():
    task = task_of(comparison())
    agreed = compared_as(ben=annotations()["ada"])
    without = updated_task(task["data"], agreed)

    again = updated_task(without.data, comparison())

    assert len(without.settled) == 10
    assert len(again.appended) == 10
    numbers = [one["n"] for one in again.data["differences"]]
    assert numbers == [str(n) for n in range(1, 21)]
    assert read_adjudication_stamp(json.loads(json.dumps(again.data))) is not None
    assert {DEPUTY.start, IRANIAN.start} <= {
        one.place[0][0] for one in read_adjudication_stamp(again.data).differences[10:]
    }
