"""Differences as a list, and verdicts made outside of Label Studio, through the same checks."""

import json
import shutil
from datetime import UTC, datetime

import pytest
from annotated_project import FLAG
from disputing import DisputedProject, words
from samples import SCHEMA

from curation.annotations.differences import ComparedAnnotations
from curation.annotations.readings import Arrow
from curation.commands.adjudicate import (
    listed_json_lines,
    listed_lines,
    not_listed_lines,
    taken_lines,
)
from curation.documents.document import Document, Entity
from curation.errors import GoldError, InputError, UsageError
from curation.flows.agreed_edits import AgreedEdits
from curation.flows.list_differences import list_differences
from curation.flows.verdict_file import GivenDecision
from curation.flows.verdicts_from_file import verdicts_from_file
from curation.gold.working.version import NEXT
from curation.schema.guidelines import guideline_sha256

NOW = datetime(2026, 11, 1, tzinfo=UTC)


class Talking:
    """People who settle the differences of a project by talking."""

    def __init__(self, folder):
        self.desk = DisputedProject(folder)
        self.file = folder / "verdicts.jsonl"

    def differ(self, *numbers):
        for number in numbers:
            self.desk.annotate(number, "oog", by=1)
            self.desk.annotate(number, "gp-", by=2)
        self.desk.pull()

    def list(self, *documents, early=False):
        studio = None if early else self.desk.studio
        return list_differences(studio, self.desk.place, SCHEMA, documents)

    def lines(self, *documents):
        """The list as JSON, a dict a line."""
        return [json.loads(line) for line in listed_json_lines(self.list(*documents))]

    def take(self, lines, *, by="ada@example.org", **options):
        written = (one if isinstance(one, str) else json.dumps(one) for one in lines)
        self.file.write_text("".join(f"{one}\n" for one in written), encoding="utf-8")
        return verdicts_from_file(self.desk.place, SCHEMA, self.file, by=by, now=NOW, **options)

    def record(self, document="d1"):
        with self.desk.place.read_only().working_version(SCHEMA) as working:
            return working.record(document)

    def gold(self, document="d1"):
        with self.desk.place.read_only().working_version(SCHEMA) as working:
            return working.consensus(document)

    def files(self):
        folder = self.desk.place.gold / NEXT
        return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def talk(tmp_path):
    return Talking(tmp_path)


def chosen(lines, label):
    """The lines with the option that has this label chosen, else that nothing is marked."""
    return [
        one
        | {
            "alias": next(
                (
                    option["alias"]
                    for option in one["options"]
                    if option["reading"].get("entities", [[0, 0, ""]])[0][2] == label
                ),
                next(o["alias"] for o in one["options"] if o["words"] == "not marked"),
            )
        }
        for one in lines
    ]


def test_the_list_shows_what_an_adjudicator_sees(talk):
    talk.differ(1)

    text = "\n".join(listed_lines(talk.list()))

    start = words(1).index("Name00")
    assert text.splitlines()[0] == "d1: 3 differences"
    assert f"  #1 e{start}-{start + 6}  Document 1. [Name00]. Name01." in text
    assert text.count("not marked") == 3
    assert "person-" not in text


def test_the_list_leaves_out_what_others_have_yet_to_annotate_unless_asked_for_early(talk):
    talk.differ(1)
    talk.desk.studio.set_overlap(talk.desk.numbers["d1"], 3)

    assert talk.list().documents == {}
    assert [*not_listed_lines(talk.list())] == [
        "1 document waits for more annotations; --early takes it as it is:",
        "  d1: 2 of 3 in 'p'",
    ]
    assert [*talk.list(early=True).documents] == ["d1"]


def test_a_document_without_a_difference_is_told_and_an_unknown_one_refused(talk):
    talk.desk.annotate(1, "o", by=1)
    talk.desk.annotate(1, "o", by=2)
    talk.desk.pull()

    assert [*not_listed_lines(talk.list("d1"))][-1] == "Nothing is to settle in d1."
    with pytest.raises(GoldError, match="has no document 'd9'"):
        talk.list("d9")


def test_what_a_list_says_comes_back_as_the_verdict(talk):
    talk.differ(1, 2)

    taken = talk.take(chosen(talk.lines(), "GPE"))

    assert (taken.changed, taken.decisions, taken.kind) == (("d1", "d2"), 6, "person")
    gold = talk.gold()
    labels = [one.label for one in gold.document.entities]
    assert (gold.adjudicated, labels) == (True, ["GPE", "GPE"])
    verdict = talk.record().verdict
    assert (verdict.by, verdict.at, verdict.tasks) == (taken.by, "2026-11-01T00:00:00Z", ())
    assert {one.number for one in verdict.decisions} == {None}
    assert [len(one.offered) for one in verdict.decisions] == [3, 3, 2]
    assert talk.list().documents == {}
    assert talk.desk.adjudicate().created == {}


def test_the_list_of_a_settled_document_says_the_same_verdict_again(talk):
    talk.differ(1)
    talk.take(chosen(talk.lines(), "GPE"))
    before = talk.files()

    lines = talk.lines("d1")
    taken = talk.take(lines)

    assert all(one["alias"] for one in lines)
    assert (taken.changed, taken.unchanged) == ((), ("d1",))
    assert talk.files() == before
    said = "\n".join(listed_lines(talk.list("d1")))
    assert "   *" in said
    assert (said.count("(settled)"), said.count("waits")) == (len(lines), 0)


def test_an_answer_of_ones_own_is_taken_as_it_stands(talk):
    talk.differ(1)
    first, *others = chosen(talk.lines(), "GPE")
    start, end = first["place"][0]
    own = {"document": "d1", "key": first["key"], "own": [[start, end - 1, "FAC"]]}

    with pytest.raises(InputError, match=r"12\.\.17: 'Name0' is only a part of") as caught:
        talk.take([own, *others])
    assert f"{talk.file}:1: " in str(caught.value)
    own["own"] = [[start, end, "FAC"]]
    talk.take([own, *others])

    assert [one.label for one in talk.gold().document.entities] == ["FAC", "GPE"]
    decision = talk.record().verdict.decisions[0]
    assert (decision.own, decision.chosen.entities) == (True, ((start, end, "FAC"),))
    assert talk.lines("d1")[0]["own"] == [[start, end, "FAC"]]


def test_an_offered_reading_given_as_ones_own_is_the_offered_one(talk):
    talk.differ(1)
    first, *others = chosen(talk.lines(), "GPE")
    start, end = first["place"][0]

    talk.take([first | {"alias": None, "own": [[start, end, "ORG"]]}, *others])

    assert not talk.record().verdict.decisions[0].own
    talk.take([first | {"alias": None, "own": []}, *others])
    assert not talk.record().verdict.decisions[0].own
    assert len(talk.gold().document.entities) == 1


def test_the_question_about_flags_is_decided_too(talk):
    talk.desk.annotate(1, "o", by=1)
    talk.desk.annotate(1, "o", FLAG, by=2)
    talk.desk.pull()
    (line,) = talk.lines()
    by_words = {one["words"]: one["alias"] for one in line["options"]}

    talk.take([line | {"alias": by_words["take in"]}])
    assert talk.gold().document is not None

    talk.take([line | {"alias": by_words["keep out"]}])
    assert (talk.gold().document, talk.gold().reason) == (None, "flagged")


REFUSED = {
    "no JSON": ("{", "verdicts.jsonl:1: not JSON"),
    "unknown key": ({"verdict": 1}, ":1: unknown key 'verdict'; keys are document, key, alias"),
    "no document": ({"document": None}, ":1: 'document' is null; it must be a string"),
    "unknown document": ({"document": "d9"}, ":1: 'd9' is not in gold/next"),
    "unknown difference": ({"key": "e0-1"}, ":1: 'd1' has no difference 'e0-1'; see: curate adjudicate --list d1"),
    "unknown option": ({"alias": "0123456789"}, ":1: 'alias' is '0123456789'; e12-18 has "),
    "no verdict": ({"alias": None}, ":1: no verdict: 'alias' must name an option"),
    "two verdicts": ({"own": [[12, 18, "FAC"]]}, ":1: two verdicts"),
    "an alias that is none": ({"alias": 7}, ":1: 'alias' is 7; it must be a string"),
    "no spans": ({"alias": None, "own": [7]}, ":1: 'own' is [7]; it must be [[start, end, type], …]"),
    "a span that is none": ({"alias": None, "own": [[12, "18", "FAC"]]}, ":1: 'own' is [[12, '18', 'FAC']]; it must be"),
    "a span elsewhere": ({"alias": None, "own": [[0, 8, "FAC"]]}, ":1: 0..8 doesn't touch the place 12..18"),
    "a span over two places": ({"alias": None, "own": [[12, 26, "FAC"]]}, ":1: 12..26 touches several places: e12-18, e20-26"),
    "a span outside the text": ({"alias": None, "own": [[12, 9999, "FAC"]]}, ":1: 12..9999 is empty, reversed or outside the text (0.."),
    "true for a number": ({"alias": None, "own": [[True, 18, "FAC"]]}, ":1: 'own' is [[True, 18, 'FAC']]; it must be"),
    "an unknown type": ({"alias": None, "own": [[12, 18, "FOO"]]}, ":1: 'FOO' is no entity type; entity types are PERSON, "),
}  # fmt: skip


@pytest.mark.parametrize(("change", "told"), REFUSED.values(), ids=REFUSED)
def test_a_bad_line_is_told_with_its_place_and_nothing_is_taken(talk, change, told):
    talk.differ(1, 2)
    lines = chosen(talk.lines(), "GPE")
    before = talk.files()
    changed = [change if isinstance(change, str) else lines[0] | change, *lines[1:]]

    with pytest.raises(InputError) as caught:
        talk.take(changed)

    assert told in str(caught.value)
    assert caught.value.hint.startswith("nothing was taken")
    assert talk.files() == before


def test_a_difference_without_a_verdict_is_told_with_the_first_line_of_its_document(talk):
    talk.differ(1, 2)
    lines = chosen(talk.lines(), "GPE")

    with pytest.raises(InputError) as caught:
        talk.take(lines[:4])

    assert "verdicts.jsonl:4: 2 differences of 'd2' have no verdict: e20-26, e28-34" in str(
        caught.value
    )


def test_a_difference_that_is_decided_twice_is_told(talk):
    talk.differ(1)
    lines = chosen(talk.lines(), "GPE")

    with pytest.raises(InputError, match=r"verdicts.jsonl:4: difference 'e12-18' of 'd1' was decided before, in "):  # fmt: skip
        talk.take([*lines, lines[0]])


def test_a_dry_run_takes_nothing(talk):
    talk.differ(1)
    before = talk.files()

    taken = talk.take(chosen(talk.lines(), "GPE"), by="eve@example.org", dry_run=True)

    assert [*taken_lines(taken, dry_run=True)] == [
        "3 decisions on 1 document would be taken, by a new annotator (person); 0 unchanged"
    ]
    assert talk.files() == before


NAMES = {
    "an address": ("Eve@Example.org", "person", "person-"),
    "the address of a program": ("judge@model.invalid", "program", "machine-"),
    "a name": ("the meeting of Tuesday", "unknown", "unknown-"),
}


@pytest.mark.parametrize(("name", "kind", "prefix"), NAMES.values(), ids=NAMES)
def test_who_decided_is_published_under_a_pseudonym_that_says_what_is_known(
    talk, name, kind, prefix
):
    talk.differ(1, 2)
    lines = chosen(talk.lines(), "GPE")

    first = talk.take(lines[:3], by=name)
    second = talk.take(lines[3:], by=name.lower() if "@" in name else name)

    assert first.by == second.by
    assert (first.kind, talk.record().verdict.kind) == (kind, kind)
    assert first.by.startswith(prefix)
    assert name.lower() not in str(talk.files()).lower()


def test_who_may_have_a_second_pseudonym_is_told_and_known_by_the_first(talk):
    """Where .curate/ is lost, nothing in gold/next says whose a verdict from a file is."""
    talk.differ(1, 2)
    lines = chosen(talk.lines(), "GPE")
    first = talk.take(lines[:3], by="eve@example.org")
    assert first.remarks == ()
    shutil.rmtree(talk.desk.place.home)
    talk.desk.pull()

    trial = talk.take(lines[3:], by="eve@example.org", dry_run=True)
    again = talk.take(lines[3:], by=first.by)

    (remark,) = trial.remarks
    assert remark.place == "--by eve@example.org"
    assert f"by {first.by}, and .curate/ doesn't know whose" in remark.what
    assert remark.what.endswith(f"git checkout gold/next, then --by {first.by}")
    assert (again.by, again.kind, again.remarks) == (first.by, "person", ())
    assert talk.record("d2").verdict.by == first.by


def test_an_annotator_who_decides_is_told_and_known_by_address_and_by_pseudonym(talk):
    talk.differ(1)
    lines = chosen(talk.lines(), "GPE")
    ada = talk.record().annotations[0].annotator

    taken = talk.take(lines, by="ada@example.org")

    assert taken.by == ada
    assert [one.what for one in taken.remarks] == [
        f"{ada} annotated the document, and adjudicated it too"
    ]
    assert talk.take(lines, by=ada).unchanged == ("d1",)


def test_a_pseudonym_that_is_nobodys_is_refused(talk):
    talk.differ(1)

    with pytest.raises(UsageError, match="--by person-01234567: neither gold/next nor"):
        talk.take(chosen(talk.lines(), "GPE"), by="person-01234567")


def test_another_verdict_replaces_the_one_that_was_there(talk):
    talk.differ(1)
    first = talk.take(chosen(talk.lines(), "GPE"), by="eve@example.org")

    taken = talk.take(chosen(talk.lines("d1"), "ORG"), by="judge@model.invalid")

    assert [one.what for one in taken.remarks] == [f"the verdict by {first.by} is replaced"]
    assert talk.gold().document.entities[0].label == "ORG"


def test_a_reading_that_was_not_offered_is_listed_again_and_the_rest_holds(talk):
    first = talk.desk.annotate(1, "oog", by=1)
    talk.desk.annotate(1, "gp-", by=2)
    talk.desk.pull()
    talk.take(chosen(talk.lines(), "GPE"))
    talk.desk.change(first, 1, "fog")
    talk.desk.pull()

    lines = talk.lines()

    assert [one["alias"] is None for one in lines] == [True, False, False]
    assert talk.desk.adjudicate().asked == 1


def agreed_line(talk, name, *own, document="d1"):
    start = words(1).index(name)
    spans = [[start, start + len(name), label] for label in own]
    return {"document": document, "key": f"e{start}-{start + len(name)}", "own": spans}


def test_what_all_agree_on_is_decided_too(talk):
    """Another label, nothing, and a name that nobody marked; alone, and beside differences."""
    talk.desk.annotate(1, "oog", by=1)
    talk.desk.annotate(1, "oog", by=2)
    talk.desk.pull()

    taken = talk.take(
        [
            agreed_line(talk, "Name00", "GPE"),
            agreed_line(talk, "Name01"),
            agreed_line(talk, "Name05", "LOC"),
        ]
    )

    assert taken.changed == ("d1",)
    gold = talk.gold()
    assert gold.adjudicated
    assert [one.label for one in gold.document.entities] == ["GPE", "GPE", "LOC"]
    decisions = talk.record().verdict.decisions
    assert [(len(one.offered), one.own) for one in decisions] == [(1, True)] * 3
    again = talk.take([agreed_line(talk, "Name00", "GPE")])
    assert again.changed == ()
    assert again.unchanged == ("d1",)
    talk.take([agreed_line(talk, "Name00", "ORG")])
    assert [one.label for one in talk.gold().document.entities] == ["ORG", "GPE", "LOC"]


def test_what_all_agree_on_is_decided_beside_a_verdict_that_stands(talk):
    talk.desk.annotate(1, "oog", by=1)
    talk.desk.annotate(1, "ogg", by=2)
    talk.desk.pull()
    talk.take(chosen(talk.lines(), "GPE"))

    talk.take([agreed_line(talk, "Name00", "FAC")])

    assert [one.label for one in talk.gold().document.entities] == ["FAC", "GPE", "GPE"]
    assert talk.list().documents == {}
    assert talk.take([agreed_line(talk, "Name00", "FAC")]).changed == ()


def test_relations_that_nobody_drew_are_decided_between_agreed_names(talk):
    """Also between a name and what the same file makes of another."""
    talk.desk.annotate(1, "og", by=1)
    talk.desk.annotate(1, "og", by=2)
    talk.desk.pull()
    one, other = (agreed_line(talk, name)["key"][1:] for name in ("Name00", "Name01"))
    key = f"r{one},{other}"

    talk.take([{"document": "d1", "key": key, "own": [["based_in", "forward"]]}])

    (relation,) = talk.gold().document.relations
    assert (relation.label, relation.head.label, relation.tail.label) == (
        "based_in",
        "ORG",
        "GPE",
    )
    talk.take([{"document": "d1", "key": key, "own": []}])
    assert talk.gold().document.relations == ()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ({"key": "e0-8", "own": [[0, 8, "FOO"]]}, ":4: 'FOO' is no entity type; entity types are PERSON, "),
        ({"key": "e0-8", "own": [[0, 7, "ORG"]]}, "only a part of"),
        ({"key": "e0-8", "own": [[44, 50, "ORG"]]}, "44..50 doesn't touch the place 0..8"),
        ({"key": "e0-14", "own": []}, "e0-14 touches what annotators differ in: e12-18"),
        ({"key": "r0-8,28-34", "own": [["based_in", "forward"]]}, "0..8 is no entity that all annotators have alike"),
        ({"key": "r0-8,28-34", "own": [["founded", "forward"]]}, ":4: 'founded' is no relation; relations are "),
        ({"key": "e0-8", "own": 7}, "'own' is 7; it must be"),
    ],
)  # fmt: skip
def test_a_bad_decision_on_what_all_agree_on_is_told(talk, line, told):
    talk.differ(1)
    lines = chosen(talk.lines(), "GPE")

    with pytest.raises(InputError) as caught:
        talk.take([*lines, {"document": "d1", **line}])

    assert told in str(caught.value)


def test_arrows_to_a_disputed_place_follow_or_go_with_what_all_agree_on():
    arrow = Arrow("based_in", "forward", ((12, 18), (20, 26)), ((12, 18, "ORG"), None))
    agreed = Document("d1", words(1), (Entity(12, 18, "ORG"),))
    compared = ComparedAnnotations(agreed=agreed, agreed_arrows=(arrow,))

    def after(*own):
        edits = AgreedEdits(compared, SCHEMA)
        edits.apply(
            [GivenDecision(place="f:1", document="d1", key="e12-18", alias=None, own=[*own])]
        )
        return edits.part.arrows

    assert after([12, 18, "FAC"]) == (
        Arrow("based_in", "forward", ((12, 18), (20, 26)), ((12, 18, "FAC"), None)),
    )
    assert after() == ()


@pytest.mark.parametrize("is_later", [False, True])
def test_an_arrow_is_decided_that_ends_where_annotators_differed(talk, is_later):
    """With the decision on that place, and after it; and it can be taken back."""
    talk.desk.annotate(1, "og", by=1)
    talk.desk.annotate(1, "gg", by=2)
    talk.desk.pull()
    one, other = (agreed_line(talk, name)["key"][1:] for name in ("Name00", "Name01"))
    arrow = {"document": "d1", "key": f"r{one},{other}", "own": [["based_in", "forward"]]}
    lines = chosen(talk.lines(), "ORG")

    if is_later:
        talk.take(lines)
        talk.take([arrow])
    else:
        talk.take([*lines, arrow])

    (relation,) = talk.gold().document.relations
    assert (relation.head.label, relation.label, relation.tail.label) == (
        "ORG",
        "based_in",
        "GPE",
    )
    assert talk.list().documents == {}
    assert talk.take([arrow]).changed == ()
    talk.take([arrow | {"own": []}])
    assert talk.gold().document.relations == ()
    assert [one.label for one in talk.gold().document.entities] == ["ORG", "GPE"]


def test_a_contradiction_names_the_decision_that_stands(talk):
    talk.desk.annotate(1, "og", by=1)
    talk.desk.annotate(1, "gg", by=2)
    talk.desk.pull()
    one, other = (agreed_line(talk, name)["key"][1:] for name in ("Name00", "Name01"))
    arrow = {"document": "d1", "key": f"r{one},{other}", "own": [["based_in", "forward"]]}
    lines = chosen(talk.lines(), "ORG")
    talk.take([*lines, arrow])

    with pytest.raises(InputError) as refused:
        talk.take(chosen(talk.lines("d1"), "none of these"))

    assert (
        "verdicts.jsonl:1: d1, 12..18 → 20..26: difference e12-18, and what is decided between 'Name00' and 'Name01': the arrow based_in"
        " from 'Name00' to 'Name01' has an end where the verdict marks nothing;"
        " choose otherwise at one of them"
    ) in str(refused.value)


def refusal(talk, *more):
    """What is said of lines that decide both differences to be nothing, as lines 1 and 2, and of *more* lines."""
    talk.desk.annotate(1, "ogpg", by=1)
    talk.desk.annotate(1, "gopg", by=2)
    talk.desk.pull()
    nothing = [one | {"alias": None, "own": []} for one in talk.lines()]
    with pytest.raises(InputError) as caught:
        talk.take([*nothing, *({"document": "d1"} | one for one in more)])
    (what,) = str(caught.value).splitlines()
    return what.replace(f"{talk.file.parent}/", "")


def arrow(pair, label):
    return {"key": f"r{pair}", "own": [[label, "forward"]]}


@pytest.mark.parametrize(
    ("more", "told"),
    [
        pytest.param(
            [arrow("28-34,36-42", "has_nationality"), arrow("20-26,28-34", "based_in")],
            "verdicts.jsonl:2, 4: d1, 20..26 → 28..34: difference e20-26, and what all annotators"
            " agree on: the arrow based_in from 'Name01' to 'Name02' has an end where the verdict"
            " marks nothing",
            id="an end that another line decides away",
        ),
        pytest.param(
            [{"key": "e44-50", "own": [[44, 50, "ORG"]]}, arrow("28-34,36-42", "member_of")],
            "verdicts.jsonl:4: d1, 28..34 → 36..42: the arrow from 'Name02' to 'Name03': member_of"
            " may not join PERSON to GPE",
            id="an arrow that may not be",
        ),
        pytest.param(
            [{"key": "e28-34", "own": []}, arrow("28-34,36-42", "has_nationality")],
            "verdicts.jsonl:4: r28-34,36-42: 28..34 is no entity that all annotators have alike;"
            " see verdicts.jsonl:3",
            id="an arrow to what an edit takes away",
        ),
        pytest.param(
            [{"key": "e28-34", "own": [[28, 34, "ORG"]]}, {"key": "e28-42", "own": []}],
            "verdicts.jsonl:4: e28-42 touches what verdicts.jsonl:3 decides",
            id="two edits of the same words",
        ),
    ],
)  # fmt: skip
def test_lines_that_contradict_each_other_are_named(talk, more, told):
    assert told in refusal(talk, *more)


def test_a_verdict_from_a_file_is_by_the_guideline_of_today(talk):
    """As one from the screen is by the guideline that was shown."""
    talk.differ(1)

    talk.take(chosen(talk.lines(), "GPE"))

    assert talk.record().verdict.guideline == guideline_sha256(SCHEMA)
