"""Annotations change, what is open is settled, and again: however often, nobody is asked twice, and nothing is lost."""

import json
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from annotations.crowded import (
    SCHEMA,
    crowds,
    document,
    everything,
    record_of_crowd,
    varied,
)
from annotations.test_staleness import with_work
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.annotations.staleness import judge_verdict
from curation.documents.document import Entity, Relation
from curation.documents.spans import do_overlap
from curation.errors import InputError
from curation.flows.verdicts_from_file import verdicts_from_file
from curation.workspace import Workspace

ROUNDS = 4


class History:
    """A document whose annotations change, and whose adjudicator decides on whatever is open."""

    def __init__(self, folder, documents):
        self.place = Workspace(folder / "gold", folder / ".curate")
        self.file = folder / "verdicts.jsonl"
        self.documents = documents
        self._put(record_of_crowd(documents))

    @property
    def record(self):
        with self.place.read_only().working_version(SCHEMA) as working:
            return working.record("d1")

    @property
    def state(self):
        return judge_verdict(self.record, SCHEMA)

    @property
    def consensus(self):
        with self.place.read_only().working_version(SCHEMA) as working:
            return working.consensus("d1")

    def change(self, uid, work):
        self.documents = {**self.documents, uid: work}
        self._put(with_work(self.record, uid, work))

    def settle(self, choices, now):
        """Take the aliases chosen, by key; whether they don't contradict each other."""
        lines = (
            json.dumps({"document": "d1", "key": key, "alias": alias})
            for key, alias in choices.items()
        )
        self.file.write_text("\n".join(lines), encoding="utf-8")
        try:
            verdicts_from_file(self.place, SCHEMA, self.file, by="Dee", now=now)
        except InputError:
            return False
        return True

    def _put(self, record):
        with self.place.working_version(SCHEMA) as working:
            working.put(record)
            self.place.commit(working)


def check_history(data):
    """Whatever annotators do and an adjudicator chooses."""
    documents = data.draw(crowds(fewest=2))
    with TemporaryDirectory() as folder:
        history = History(Path(folder), documents)
        for number in range(ROUNDS):
            if not settle_what_is_open(data, history, number):
                return
            change_some(data, history)


def settle_what_is_open(data, history, number):
    """Decide on all that is open: then all is settled, and the rest stays. False where choices contradict each other."""
    before = history.state
    was = history.record.verdict
    if not before.open:
        return True
    favourite = data.draw(st.sampled_from(["", *history.documents]))
    choices = {}
    for one in before.open:
        option = one.option_of(favourite) or data.draw(st.sampled_from(one.options))
        choices[one.key] = option.alias
    if not history.settle(choices, datetime(2026, 11, 1, number, tzinfo=UTC)):
        return False

    chosen = {one.key: one.chosen for one in history.record.verdict.decisions}
    for one in before.open:
        assert chosen[one.key] == one.option(choices[one.key]).reading
    now = history.state
    assert (now.open, now.news, now.changed) == ((), 0, ())
    found = history.consensus
    assert (found.reason, found.adjudicated) == ("", True)
    if was:
        untouched = [
            {one for one in relations if _is_untouched(one, before)}
            for relations in (was.relations, history.record.verdict.relations)
        ]
        assert untouched[0] == untouched[1]
    return True


def change_some(data, history):
    """Somebody changes something; only what that touches is open, and who says what another one says opens nothing."""
    is_settled = history.consensus.adjudicated
    uids = sorted(history.documents)
    uid = data.draw(st.sampled_from(uids))
    before = history.documents[uid]
    if is_settled and not data.draw(st.integers(0, 3)):
        history.change(uid, history.documents[data.draw(st.sampled_from(uids))])
        assert history.state.open == ()
        return
    history.change(uid, data.draw(varied(before)))
    if is_settled:
        entities, relations = (
            one ^ other
            for one, other in zip(
                everything(before), everything(history.documents[uid]), strict=True
            )
        )
        spans = [one.span for one in entities]
        spans += (end.span for one in relations for end in (one.head, one.tail))
        for one in history.state.open:
            assert any(do_overlap(place, span) for place in one.place for span in spans)
    for other in uids:
        if other != uid and data.draw(st.booleans()):
            history.change(other, data.draw(varied(history.documents[other])))


def _is_untouched(relation, state):
    """Whether no difference that was open is about the relation, or about what it joins."""
    agreed = {(one.start, one.end, one.label) for one in state.compared.agreed.entities}
    ends = (relation.head, relation.tail)
    for one in state.open:
        if one.kind == "entities":
            touched = [end for end in ends if do_overlap(end[:2], one.place[0])]
            if not agreed.issuperset(touched):
                return False
        elif one.kind == "relations":
            first, second = one.place
            for head, tail in (ends, ends[::-1]):
                if do_overlap(head[:2], first) and do_overlap(tail[:2], second):
                    return False
    return True


@pytest.mark.slow
@settings(max_examples=10)
@given(st.data())
def test_nobody_is_asked_twice_and_what_was_decided_elsewhere_stays(data):
    check_history(data)


@pytest.mark.long
@settings(max_examples=2000)
@given(st.data())
def test_nobody_is_asked_twice_in_thousands_of_histories(data):
    check_history(data)


def test_a_relation_to_words_whose_span_a_place_has_by_now_is_asked_anew(tmp_path):
    """Its key doesn't say that its end is what all agree on; nobody has the arrow any more, and it isn't lost untold."""
    firm, person = Entity(0, 8, "ORG"), Entity(9, 11, "PERSON")
    inside, beside = Entity(0, 5, "GPE"), Entity(3, 8, "GPE")
    supports = Relation(person, firm, "supports")
    history = History(
        tmp_path,
        {
            "u1": document([firm, person, inside], [supports]),
            "u2": document([firm, person], []),
        },
    )
    place, arrow = history.state.open
    chosen = {one.key: one.option_of("u1").alias for one in (place, arrow)}
    assert history.settle(chosen, datetime(2026, 11, 1, tzinfo=UTC))

    history.change("u1", document([firm, person, inside], []))
    history.change("u2", document([firm, person, beside], []))

    place, arrow = history.state.open
    assert (place.key, arrow.key) == ("e0-8", "r0-8=,9-11")
    (decided,) = (one for one in arrow.options if one.reading.arrows)
    chosen = {place.key: place.option_of("u2").alias, arrow.key: decided.alias}
    assert history.settle(chosen, datetime(2026, 11, 2, tzinfo=UTC))
    assert history.state.open == ()
    assert history.consensus.document.relations == (supports,)
