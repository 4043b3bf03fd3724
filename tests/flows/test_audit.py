"""An audit's project is kept apart from the gold, compared with it, judged by hand, and told with intervals."""

import json
import re
from dataclasses import replace

import pytest
from annotated_project import AskedStudio, document
from command_line import run
from gold_samples import UNSCORED, released, write_dataset_facts
from samples import ROOT, SCHEMA

from curation.documents.document import Entity
from curation.errors import GoldError, InputError, UsageError
from curation.flows.agree import agree
from curation.flows.audit import audit
from curation.flows.audit_project import (
    AskedSample,
    begin_audit,
    refuse_audit_project,
    sample_documents,
)
from curation.flows.publish import PublishOptions, prepare_publication
from curation.flows.pull import PullOptions, pull
from curation.flows.pull_all import pull_all
from curation.flows.push import push
from curation.flows.release import preview_release
from curation.gold.audit.folder import read_audit, read_audits
from curation.gold.audit.judgements import JUDGEMENTS_FILE, read_judgements
from curation.gold.card.files import write_published_files
from curation.gold.sealed.verification import verify_gold
from curation.labelstudio.push.dealing import AskedDealing
from curation.labelstudio.tasks import to_result
from curation.workspace import Workspace

DOCUMENTS = tuple(document(number) for number in range(1, 13))


class Desk:
    """A gold of twelve documents, and audits of it."""

    def __init__(self, folder):
        self.place = Workspace(folder / "gold", folder / ".curate")
        self.studio = AskedStudio()
        self.studio.emails |= {1: "ada@example.org", 2: "ben@example.org", 4: "dee@example.org"}
        self.push("p", DOCUMENTS)
        for one in DOCUMENTS:
            self.submit("p", one, by=1)
        self.pull_all()

    def push(self, title, documents, **options):
        return push(self.studio, self.place, documents, SCHEMA, title=title, **options)

    def begin(self, name="first", title="audit", *, number=4, seed=7):
        """Draw documents for an audit, and push them."""
        folder = self.place.gold / "audit" / name
        asked = AskedSample(number=number, seed=seed, folder=folder)
        drawn = sample_documents(DOCUMENTS, asked, self.place)
        begun = begin_audit(self.place, SCHEMA, folder, url=self.studio.url, title=title, asked=asked, documents=drawn)  # fmt: skip
        self.push(title, tuple(drawn), dealing=AskedDealing(blind=True))
        return begun

    def submit(self, title, one, by=4):
        project = self.studio.find_project(title)
        (task,) = [task.id for task in self.studio.tasks(project.id) if task.doc_id == one.id]
        self.studio.submit(task, to_result(one, SCHEMA), by=by)

    def annotate(self, *documents, title="audit"):
        for one in documents:
            self.submit(title, one)

    def pull(self, name="first", title="audit"):
        return pull(self.studio, replace(self.place, audit=name), SCHEMA, title=title)

    def pull_all(self):
        return pull_all(self.studio, self.place, SCHEMA, options=PullOptions())

    def next_files(self):
        return {path.name: path.read_bytes() for path in self.place.next.iterdir()}

    def drawn(self, name="first"):
        ids = read_audit(self.place.gold, name).documents
        return [one for one in DOCUMENTS if one.id in ids]

    def judgements(self, name="first"):
        return self.place.gold / "audit" / name / JUDGEMENTS_FILE

    def judge(self, *judgements, name="first"):
        """Write these after the differences, in their order."""
        text = self.judgements(name).read_text()
        for one in judgements:
            text = text.replace(
                'judgement = ""\nreason = ""', f'judgement = "{one}"\nreason = "r"', 1
            )
        self.judgements(name).write_text(text)


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def section(text, title):
    """What stands in a card under the title."""
    return text.split(f"\n{title}\n")[1].split("\n#")[0]


def as_org(one):
    return replace(one, entities=(Entity(0, 3, "ORG", "a"),))


def with_al(one):
    return replace(one, entities=(*one.entities, Entity(8, 10, "PERSON", "b")))


def test_a_sample_is_drawn_by_its_seed_whatever_the_order(desk):
    asked = AskedSample(number=5, seed=7)

    drawn = [one.id for one in sample_documents(DOCUMENTS, asked, desk.place)]

    turned = sample_documents(DOCUMENTS[::-1], asked, desk.place)
    assert len(drawn) == 5
    assert sorted(drawn) == sorted(one.id for one in turned)
    other = sample_documents(DOCUMENTS, replace(asked, seed=8), desk.place)
    assert sorted(one.id for one in other) != sorted(drawn)
    assert [*sample_documents(DOCUMENTS, AskedSample(seed=7), desk.place)] == [*DOCUMENTS]


def test_another_audit_draws_from_the_rest_and_the_same_one_draws_the_same(desk):
    first = desk.begin()
    second = desk.begin("second", "audit 2")

    assert len(first.documents) == len(second.documents) == 4
    assert not {*first.documents} & {*second.documents}
    assert desk.begin() == first
    with pytest.raises(
        InputError, match=r"--sample 5: the file has 4 documents that no other audit"
    ):
        desk.begin("third", "audit 3", number=5)
    with pytest.raises(UsageError, match="has drawn 4 documents by the seed 7"):
        desk.begin(seed=8)


def test_an_audits_project_never_gets_into_the_gold_nor_into_agreement(desk):
    """Neither before its first pull nor after it, nor where another machine forgot what was pushed."""
    before = desk.next_files()
    desk.begin()
    desk.annotate(*map(as_org, desk.drawn()))

    assert [one.result.project.title for one in desk.pull_all().projects] == ["p"]
    report = desk.pull()
    assert len(report.changed) == 4
    assert [one.result.project.title for one in desk.pull_all().projects] == ["p"]
    assert desk.next_files() == before
    elsewhere = replace(desk.place, home=desk.place.home.parent / "other")
    found = pull_all(desk.studio, elsewhere, SCHEMA, options=PullOptions())
    assert [one.result.project.title for one in found.projects] == ["p"]
    assert agree(desk.place, SCHEMA, [], gold="next", seed=7).documents == 0
    title = f"{desk.studio.url}/projects/{desk.studio.find_project('p').id}/"
    assert all(link.startswith(title) for link in desk.place.task_links.values())
    kept = {path.name for path in (desk.place.gold / "audit" / "first").glob("*.json")}
    assert kept == {f"{one.id}.json" for one in desk.drawn()}


def test_a_project_is_the_golds_or_one_audits(desk):
    folder = desk.place.gold / "audit" / "first"
    desk.begin()

    with pytest.raises(
        UsageError, match="is that of the audit 'first', whose annotations are no"
    ):
        refuse_audit_project(desk.place, desk.studio.url, "audit")
    with pytest.raises(UsageError, match="is the audit in the project 'audit'"):
        begin_audit(desk.place, SCHEMA, folder, url=desk.studio.url, title="p")
    with pytest.raises(UsageError, match="'audit' is that of the audit 'first'"):
        begin_audit(
            desk.place, SCHEMA, folder.with_name("other"), url=desk.studio.url, title="audit"
        )
    with pytest.raises(GoldError, match="has annotations from the project 'p'"):
        begin_audit(
            desk.place, SCHEMA, folder.with_name("other"), url=desk.studio.url, title="p"
        )
    for bad in (desk.place.next, folder / "deep", folder.with_name("UPPER")):
        with pytest.raises(UsageError, match="not a folder of"):
            begin_audit(desk.place, SCHEMA, bad, url=desk.studio.url, title="x")


def test_each_difference_gets_a_place_for_its_judgement_once(desk):
    """What a person wrote stays, and so does what the gold had, whatever is mended since."""
    desk.begin()
    one, other, *rest = desk.drawn()
    desk.annotate(as_org(one), with_al(other), *rest[:1])
    desk.pull()

    report = audit(desk.place, SCHEMA, "first")

    assert report.added == report.judgements.unjudged == 2
    assert report.not_annotated == (rest[1].id,)
    first, second = read_judgements(desk.judgements()).differences
    assert (first.document, first.key, first.kind) == (one.id, "e0-3", "entities")
    assert (first.gold, first.audit) == ("PERSON", "ORG")
    assert first.context.startswith("[Bob] met Al.")
    assert (second.gold, second.audit) == ("not marked", "PERSON")
    desk.judge("wrong", "arguable")
    before = desk.judgements().read_text()
    again = audit(desk.place, SCHEMA, "first")
    assert (again.added, again.judgements.unjudged) == (0, 0)
    assert desk.judgements().read_text() == before
    rates = again.rates
    assert (rates.documents, rates.entities.part, rates.entities.whole) == (3, 1, 3)
    assert (rates.without_errors.part, rates.relations.value) == (2, None)
    desk.annotate(rest[1])
    desk.pull()
    assert audit(desk.place, SCHEMA, "first").rates.documents == 4
    assert desk.judgements().read_text().startswith(before)


def test_a_dry_run_writes_nothing(desk):
    desk.begin()
    desk.annotate(*map(as_org, desk.drawn()))
    desk.pull()

    assert audit(desk.place, SCHEMA, "first", dry_run=True).added == 4
    assert not desk.judgements().exists()


def test_an_unknown_audit_is_told_with_those_that_there_are(desk):
    desk.begin()

    with pytest.raises(GoldError, match="is no audit; audits are first"):
        audit(desk.place, SCHEMA, "secnd")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('judgement = ""', 'judgement = "bad"', "judgement"),
        ('judgement = ""', 'judgement = "wrong"', "has no reason"),
        ('reason = ""', 'reason = "r"', "has no judgement"),
        ("entities = 1", "entities = -1", "'entities' is -1"),
        ("[[difference]]", "[[diference]]", "diference"),
    ],
)
def test_a_mistake_in_the_judgements_is_told_with_its_line(desk, old, new, said):
    desk.begin()
    desk.annotate(*map(as_org, desk.drawn()))
    desk.pull()
    audit(desk.place, SCHEMA, "first")
    path = desk.judgements()
    path.write_text(path.read_text().replace(old, new, 1))

    with pytest.raises(GoldError, match=rf"{re.escape(str(path))}:\d+:\d+: .*{said}"):
        audit(desk.place, SCHEMA, "first")


def test_the_commands_table_and_json_say_the_same(desk, monkeypatch, capsys):
    desk.begin()
    desk.annotate(*map(as_org, desk.drawn()[:3]))
    desk.pull()
    (desk.place.gold.parent / "label_config").symlink_to(ROOT / "label_config")
    monkeypatch.chdir(desk.place.gold.parent)

    code, out, err = run(capsys, "audit", "first")
    assert code == 0
    assert "Audit first of next" in out
    assert "3 differences written to gold/audit/first/judgements.toml" in err
    assert "warning: 3 differences not judged yet" in err
    desk.judge("wrong", "missing", "right")
    code, out, err = run(capsys, "audit", "first", "--json")
    found = json.loads(out)
    assert found["entities"]["judgements"] == {"wrong": 1, "missing": 1, "right": 1}
    assert (found["entities"]["errors"], found["entities"]["of"]) == (2, 3)
    assert found["without_errors"]["documents"] == 1
    assert found["unjudged"] == 0


def test_the_card_shows_judged_audits_the_newest_first(desk):
    """And nothing of one that isn't judged in full; so does the trial's, and the one that goes out."""
    write_dataset_facts(desk.place.gold)
    for name, title in (("first", "audit"), ("second", "audit 2"), ("third", "audit 3")):
        desk.begin(name, title)
        desk.annotate(*map(as_org, desk.drawn(name)), title=title)
        desk.pull(name, title)
        audit(desk.place, SCHEMA, name)
    desk.judge("wrong", "missing", "right", "arguable", name="first")
    desk.judge("right", "right", "right", "right", name="second")

    trial = preview_release(desk.place, SCHEMA, UNSCORED)
    released(desk.place)

    card = (desk.place.gold / "README.md").read_text()
    options = PublishOptions(version="0.1.0", repository="org/news", omit_texts=True)
    outgoing = prepare_publication(desk.place, options, None).wanted.files["README.md"].decode()
    assert trial.card == card
    assert section(outgoing, "### Audits") == section(card, "### Audits")
    assert [one.name for one in read_audits(desk.place.gold)] == ["third", "second", "first"]
    assert re.search(r"\| second \| \S+ \| 4 \| 100\.0 \[51\.0, 100\.0\] % \| 0\.0 \|", card)
    assert card.index("| second |") < card.index("| first |")
    assert "| third |" not in card


def test_the_card_is_brought_up_to_date_once_all_is_judged(desk):
    """And shows nothing of an audit of documents that the version hasn't."""
    released(desk.place)
    sealed = (desk.place.gold / "README.md").read_text()
    desk.begin()
    desk.annotate(*map(as_org, desk.drawn()))
    desk.pull()
    assert audit(desk.place, SCHEMA, "first").card_files == ()
    desk.judge("wrong", "missing", "right", "arguable")

    assert audit(desk.place, SCHEMA, "first").card_files == ("README.md",)
    card = (desk.place.gold / "README.md").read_text()
    assert "| first |" in card
    assert verify_gold(desk.place.gold).all_faults == ()
    assert audit(desk.place, SCHEMA, "first").card_files == ()
    judgements = desk.judgements()
    for one in desk.drawn():
        judgements.write_text(judgements.read_text().replace(f'"{one.id}"', '"later"', 1))
    write_published_files(desk.place.gold)
    assert (desk.place.gold / "README.md").read_text() == sealed
