"""Annotators against verdicts, and assisted beside blind, of gold/next and of sealed versions alike."""

import json
from dataclasses import replace

import pytest
from adjudicated_project import ADA as ADA_BY_NAME
from adjudicated_project import BEN as BEN_BY_NAME
from adjudicated_project import AdjudicatedProject
from disputed import annotations as disputed
from gold_samples import MODEL, Working, released, write_next
from samples import SCHEMA

from curation.console import tables
from curation.documents.document import AnnotatedDocument, Document, Entity, Layer, Relation
from curation.flows.agree import (
    agree,
    agreement_on,
    annotated_documents,
    documents_in_rows,
)
from curation.flows.agree_report import agreement_page
from curation.gold.dataset import GoldDocument, Reiterable
from curation.gold.working.dataset import read_working_dataset
from curation.labelstudio.pull.cursor import PullCursor
from curation.progress import unwatched
from curation.report.agreement_tables import agreement_tables
from curation.report.caveats import agreement_caveats
from curation.scoring.agreement_json import agreement_to_json

TEXT = "Bob of Iran met Al in May."
BOB, IRAN, AL = Entity(0, 3, "PERSON"), Entity(7, 11, "GPE"), Entity(16, 18, "PERSON")
WRONG = Entity(7, 11, "ORG")
ANN, BEN, CAT = "person-aaaaaaaa", "person-bbbbbbbb", "person-cccccccc"


def article(number):
    return Document(f"d{number}", f"{TEXT} {number}", meta={"ingest": "1"})


def work(number, annotator, *entities, arm="assisted", arrows=()):
    """Somebody's work; assisted annotators were shown Bob, and Iran as an ORG."""
    base = article(number)
    shown = replace(base, entities=(BOB, WRONG), layer=MODEL)
    document = replace(
        base, entities=entities, relations=arrows, layer=Layer("annotator", annotator)
    )
    return AnnotatedDocument(document, shown if arm == "assisted" else None)


def gold(number, *entities, arm="blind", annotators=(ANN, BEN), adjudicated=True, arrows=()):
    return GoldDocument(
        replace(article(number), entities=entities, relations=arrows),
        annotators=annotators,
        n_annotations=len(annotators),
        adjudicated=adjudicated,
        arm=arm,
    )


def both_arms(documents):
    """Ann, assisted, keeps the wrong ORG in odd documents; Ben, blind, misses Al in each third."""
    golds, annotations = [], []
    for n in range(documents):
        golds.append(gold(n, BOB, IRAN, AL))
        annotations += [
            work(n, ANN, BOB, WRONG if n % 2 else IRAN, AL),
            work(n, BEN, BOB, IRAN, *(() if n % 3 == 0 else (AL,)), arm="blind"),
        ]
    return Working(tuple(golds), tuple(annotations))


def agreement(place, version="next"):
    return agree(place, SCHEMA, [], gold=version, seed=7)


def test_next_and_a_sealed_version_say_the_same(place):
    write_next(place.gold, both_arms(12))
    working = agreement(place)

    version = released(place, SCHEMA).version

    found = agreement(place, version).verdicts
    assert found == working.verdicts
    assert found.documents == 12
    ann, ben = (one.entities["strict"].micro.counts for one in found.annotators)
    assert (ann.tp, ann.fp, ann.fn) == (30, 6, 6)
    assert (ben.tp, ben.fp, ben.fn) == (32, 0, 4)
    arms = found.anchoring.arms
    assert {arm: one.documents for arm, one in arms.items()} == {"assisted": 12, "blind": 12}
    kept = {arm: one.entity_shares.wrong_kept for arm, one in arms.items()}
    assert (kept["assisted"].part, kept["assisted"].whole) == (6, 12)
    assert (kept["blind"].part, kept["blind"].whole) == (0, 12)
    missed = {arm: one.entity_shares.missed for arm, one in arms.items()}
    assert (missed["assisted"].part, missed["blind"].part) == (0, 4)
    assert found.anchoring.differences["entities.wrong_kept"].bca.low > 0
    card = (place.gold / "README.md").read_text()
    assert "first submissions against the verdict, on 12 adjudicated documents" in card
    assert "of wrong suggested entities kept (6 of 12)" in card
    assert "blind (12 annotations of 12 documents)" in card
    assert "of suggested entities not marked so" in card
    assert "assisted less blind (anchoring): entities F1 " in card
    assert "wrong suggested entities kept +0.500" in card.replace("\\", "")


def test_the_card_says_what_suggestions_do_to_relations_too(place):
    arrow = Relation(BOB, AL, "meets_with")
    wrong = Relation(AL, BOB, "supports")
    golds, annotations = [], []
    for n in range(6):
        golds.append(gold(n, BOB, AL, arrows=(arrow,)))
        shown = replace(article(n), entities=(BOB, AL), relations=(wrong,), layer=MODEL)
        annotations += [
            replace(work(n, ANN, BOB, AL, arrows=(wrong,)), suggestion=shown),
            work(n, BEN, BOB, AL, arm="blind", arrows=(arrow,)),
        ]
    write_next(place.gold, Working(tuple(golds), tuple(annotations)))

    released(place, SCHEMA)

    card = (place.gold / "README.md").read_text().replace("\\", "")
    assert "of wrong suggested relations kept (6 of 6)" in card
    assert "of wrong suggested relations marked all the same (0 of 6)" in card
    assert "wrong suggested relations kept +1.000" in card
    assert "relations F1 -1.000" in card


def test_tables_fit_into_80_columns_and_json_has_the_arms(place, capsys):
    write_next(place.gold, both_arms(12))
    found = agreement(place)

    tables(agreement_tables(found))

    said = capsys.readouterr().out
    assert max(map(len, said.splitlines())) <= 80
    assert "Against the verdict, strict: 12 adjudicated documents" in said
    assert "wrong suggestions kept" in said
    assert "Anchoring: with suggestions less blind" in said
    form = json.loads(json.dumps(agreement_to_json(found), allow_nan=False))
    assert form["verdicts"]["anchoring"]["arms"]["blind"]["documents"] == 12


def test_without_a_blind_arm_it_says_so(place):
    state = both_arms(2)
    annotations = tuple(
        replace(one, suggestion=replace(one.document, entities=(BOB, WRONG), layer=MODEL))
        for one in state.annotations
    )
    golds = tuple(replace(one, arm="assisted") for one in state.gold_documents)
    write_next(place.gold, Working(golds, annotations))

    found = agreement(place)

    assert [*found.verdicts.anchoring.arms] == ["assisted"]
    assert found.verdicts.anchoring.differences == {}
    said = " ".join(agreement_caveats(found))
    assert "no adjudicated document was annotated blind" in said
    assert "curate push --blind-share 0.1" in said
    assert "2 adjudicated documents annotated assisted: too few" in said
    released(place, SCHEMA)
    card = (place.gold / "README.md").read_text()
    assert "no adjudicated document was annotated blind" in card


def test_the_gold_of_one_annotator_with_suggestions_is_no_verdict(place):
    alone = (work(0, ANN, BOB, IRAN), work(1, ANN, BOB, IRAN), work(1, BEN, BOB, IRAN))
    write_next(place.gold, Working((), alone))

    found = agreement(place)

    assert found.verdicts.documents == 0
    assert "was adjudicated: nothing here says who" in " ".join(agreement_caveats(found))


def test_a_verdict_on_the_work_of_one_annotator_is_compared_with_nobody(place):
    state = Working((gold(0, BOB, IRAN, annotators=(ANN,)),), (work(0, ANN, BOB, IRAN),))
    write_next(place.gold, state)

    assert agreement(place).verdicts.documents == 0


def test_what_an_annotator_was_not_offered_counts_on_neither_side(place):
    """Ben wasn't offered GPE: Iran is neither missed by him, nor is his ORG there a mistake of GPE."""
    meets = Relation(BOB, AL, "meets_with")
    golds = (gold(0, BOB, IRAN, AL, arrows=(meets,)),)
    ann = work(0, ANN, BOB, IRAN, AL, arrows=(meets,))
    ben = replace(work(0, BEN, BOB, AL, arm="blind"), not_offered=("GPE", "meets_with"))
    write_next(place.gold, Working(golds, (ann, ben)))
    rows = documents_of(place, {BEN: ("GPE", "meets_with")})

    found = rows.verdicts

    by_annotator = {one.annotator: one for one in found.annotators}
    assert [*by_annotator[BEN].entities["strict"].by_type] == ["PERSON"]
    assert by_annotator[BEN].relations["strict"].by_type == {}
    assert {*by_annotator[ANN].entities["strict"].by_type} == {"GPE", "PERSON"}
    assert by_annotator[ANN].relations["strict"].micro.counts.tp == 1


def test_the_page_has_differences_verdicts_and_links_to_every_task(place):
    """Of what was submitted first, also where annotators agree now."""
    write_next(place.gold, both_arms(6))
    annotated = annotated_documents(place.gold, "next", (), SCHEMA)
    found = agreement_on(annotated, SCHEMA, seed=7)
    cursor = PullCursor(annotated={"d1": 17}, link="http://127.0.0.1:8080/projects/1/data")
    cursor.save(place.state, "http://127.0.0.1:8080", "news")

    page = agreement_page(found, annotated, place, SCHEMA)

    assert "GPE / ORG" in page
    assert "PERSON / nothing" in page
    assert "Against the verdict, strict: 6 adjudicated documents" in page
    assert "wrong suggestions kept" in page
    assert page.count('href="http://127.0.0.1:8080/projects/1/data?task=17"') == 1


def test_notes_are_private_and_never_on_the_page(place):
    write_next(place.gold, both_arms(2))
    rows = read_working_dataset(place.gold, SCHEMA)
    noted = [replace(one, note="ask Ann about it") for one in rows.annotations]
    rows = replace(rows, annotations=Reiterable(lambda: noted))
    annotated = documents_in_rows(rows, unwatched)

    page = agreement_page(agreement_on(annotated, SCHEMA, seed=7), annotated, place, SCHEMA)

    assert "GPE / ORG" in page
    assert "ask Ann" not in page


def documents_of(place, lacking):
    """The agreement of gold/next where the annotators named in *lacking* weren't offered these types."""
    rows = read_working_dataset(place.gold, SCHEMA)
    annotations = [
        replace(one, not_offered=lacking.get(one.annotator)) for one in rows.annotations
    ]
    changed = replace(rows, annotations=Reiterable(lambda: annotations))
    return agreement_on(documents_in_rows(changed, unwatched), SCHEMA, seed=7)


@pytest.fixture
def project(tmp_path):
    """Ada and Ben differ on two documents; Dee, the adjudicator, has tasks for both."""
    return AdjudicatedProject(tmp_path, ("d1", "d2"))


def test_verdicts_that_were_pulled_are_what_firsts_are_compared_with(project):
    """Whoever was right in everything has 100; adopting the verdict afterwards changes no figure."""
    project.decide("d1")
    project.decide("d2", project.result("d2", BEN_BY_NAME))
    project.pull()

    before = agreement(project.place)

    assert before.verdicts.documents == 2
    assert {one.documents for one in before.verdicts.annotators} == {2}
    assert all(0 < f1 < 1 for f1 in f1s(before).values())
    assert {*before.verdicts.anchoring.arms} == {"assisted"}
    project.change("d1", BEN_BY_NAME, disputed("d1")["ada"])
    project.change("d2", ADA_BY_NAME, disputed("d2")["ben"])
    project.pull_annotations()
    found = agreement(project.place)
    assert found.verdicts == before.verdicts
    assert found.figures == before.figures
    assert found.submissions.current.entities_f1 == 1.0


def test_whoever_takes_work_back_after_a_verdict_is_compared_with_it_all_the_same(project):
    """Deleted on one document, skipped on the other: the first submissions count as before."""
    project.decide("d1")
    project.decide("d2")
    project.pull()
    before = agreement(project.place)

    project.hands.delete(project.submitted["d1", BEN_BY_NAME])
    project.hands.change(project.submitted["d2", BEN_BY_NAME], by=BEN_BY_NAME, skipped=True)
    project.pull_annotations()

    found = agreement(project.place)
    assert found.submissions.taken_back == 2
    assert found.verdicts.documents == 2
    assert f1s(found) == f1s(before)
    assert found.verdicts == before.verdicts


def test_an_annotator_who_made_the_verdict_is_not_compared_with_it(project):
    project.decide("d1", by=ADA_BY_NAME)
    project.pull()

    found = agreement(project.place)

    assert found.verdicts.documents == 1
    assert found.verdicts.own_verdicts == 1
    assert len(found.verdicts.annotators) == 1
    said = " ".join(agreement_caveats(found))
    assert "1 annotation of annotators who made the verdict themselves is not compared" in said
    version = released(project.place, SCHEMA).version
    assert agreement(project.place, version).verdicts == found.verdicts


def f1s(found):
    return {
        one.annotator: one.entities["strict"].micro.counts.f1
        for one in found.verdicts.annotators
    }
