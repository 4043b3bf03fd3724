"""A release says everything that stands in its way at once, and writes nothing then."""

import hashlib
import json
from dataclasses import replace

import msgspec
import pytest
from annotated_project import ORG, AnnotatedProject
from gold_samples import (
    UNSCORED,
    annotated,
    files,
    many,
    released,
    working,
    write_dataset_facts,
    write_next,
)
from samples import SCHEMA

from curation.commands.release import release_lines
from curation.documents.meta_selection import read_selection
from curation.errors import GoldError, ThresholdNotMet
from curation.files import write_lines
from curation.flows.evaluate import EvaluationOptions, evaluate
from curation.flows.release import CARD_SEED, ReleaseOptions, preview_release, release
from curation.gold.card.markdown import escape_markdown
from curation.gold.card.own_words import BEGIN
from curation.gold.sealed.versions import read_version
from curation.gold.working.version import NEXT
from curation.preannotate.model_files import locate_model
from curation.schema.guidelines import guidelines_md
from curation.scoring.scores_json import scores_to_json
from curation.workspace import Workspace


@pytest.fixture
def desk(tmp_path):
    """Two annotators who differ on one of three documents, and a verdict that changed since."""
    made = AnnotatedProject(tmp_path, documents=4)
    for number in (1, 2, 3):
        made.submit(number)
    made.differ(1)
    made.decide(1)
    made.studio.submit(1, ORG, by=4)
    made.pull()
    return made


@pytest.fixture(name="place")
def _place(tmp_path):
    place = Workspace(tmp_path / "gold", tmp_path / ".curate")
    write_dataset_facts(place.gold)
    return place


def rewrite(place, document, **changed):
    """Change the record of a document."""
    with place.working_version(SCHEMA) as known:
        record = known.record(document)
        known.put(msgspec.structs.replace(record, **changed))
        place.commit(known)


def test_every_reason_is_told_at_once(desk, tmp_path):
    """A stale verdict, a licence that is none, nobody known, and a guideline that isn't built."""
    place = replace(desk.place, config=tmp_path / "unbuilt")
    write_dataset_facts(place.gold)
    rewrite(place, "d02", meta={"license": "all rights reserved"})
    with place.working_version(SCHEMA) as known:
        (one,) = known.record("d03").annotations
    nobody = msgspec.structs.replace(one, annotator="unknown-0000000a", kind="unknown")
    rewrite(place, "d03", annotations=(nobody,))
    before = files(tmp_path)

    with pytest.raises(GoldError) as error:
        release(place, SCHEMA)

    said = [line.split(":")[0] for line in str(error.value).splitlines()]
    config = place.config
    assert said == [
        "d01", "d03", "d02",
        f"{config / 'labeling.xml'}", f"{config / 'guidelines.md'}", f"{config / 'schemas.json'}",
    ]  # fmt: skip
    assert "rests on annotations that changed since: #1" in str(error.value)
    assert "curate adjudicate, or: curate drop d01" in str(error.value)
    assert error.value.hint == "mend all of these, then: curate release"
    assert files(tmp_path) == before


@pytest.mark.parametrize("broken", [False, True], ids=["stale verdict", "broken file"])
@pytest.mark.parametrize("run", [release, preview_release])
def test_mistakes_of_the_publisher_are_told_with_what_else_is_wrong(desk, run, broken):
    place = desk.place
    write_dataset_facts(place.gold)
    facts = place.gold / "dataset.toml"
    facts.write_text(facts.read_text().replace("cc-by", "mine").replace("contact", "contakt"))
    if broken:
        (place.gold / NEXT / "d02.json").write_text("{")

    with pytest.raises(GoldError) as error:
        run(place, SCHEMA)

    said = [
        line.removeprefix(f"{place.gold}/").split(":")[0]
        for line in str(error.value).splitlines()
    ]
    assert said == [*["dataset.toml"] * 3, "next/d02.json" if broken else "d01"]
    assert error.value.hint.endswith(f"mend {facts}")


def test_mistakes_of_the_publisher_hide_nothing_that_does_not_rest_on_them(desk, tmp_path):
    """A wrong table of splits hides leaks; all else is told, and markers of the card are looked at too."""
    place = replace(desk.place, config=tmp_path / "unbuilt")
    write_dataset_facts(place.gold)
    facts = place.gold / "dataset.toml"
    text = facts.read_text().replace("unknown", "none")
    facts.write_text(f"{text}\n[splits]\ntrain = 0.7\nvalidation = 0.1\ntest = 0.1\n")
    rewrite(place, "d02", meta={"license": "all rights reserved"})
    rewrite(place, "d03", meta={})
    (place.gold / "README.md").write_text(BEGIN)
    options = replace(UNSCORED, version="0.0.1", allowed_leaks=("d07",))

    def said(run):
        with pytest.raises(GoldError) as error:
            run(place, SCHEMA, options)
        return str(error.value).replace(f"{place.gold}/", ""), error.value.hint

    told, hint = said(release)
    assert told == said(preview_release)[0]
    assert [line.split(":")[0] for line in told.splitlines()] == [
        "dataset.toml", "dataset.toml", "README.md", "d01", "d02",
        *(str(place.config / name) for name in ("labeling.xml", "guidelines.md", "schemas.json")),
    ]  # fmt: skip
    assert f"mend {facts}" in hint
    assert "mend all of these, then: curate release" in hint

    facts.write_text(text)
    assert "--allow-leak d07: no document of this id" in said(release)[0]
    facts.write_text("title = ")
    assert "d02: the licence is" in said(preview_release)[0]
    assert not (place.gold / "0.0.1").exists()


def test_a_stale_verdict_that_nobody_needs_any_more_is_in_nobodys_way(desk):
    desk.studio.clear(1)
    desk.studio.submit(1, ORG, by=3)
    desk.pull()

    assert released(desk.place).is_new


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("0.1.1", "documents came or went since 0.1.0: the next version is 0.2.0, or a larger one"),
        ("0.2.0", None),
        ("0.7.0", None),
        ("1.0.0", None),
    ],
)  # fmt: skip
def test_a_number_may_be_larger_than_fits_but_not_smaller(place, asked, said):
    write_next(place.gold, working(annotated("d1")))
    released(place)
    write_next(place.gold, working(annotated("d1"), annotated("d2")))
    options = replace(UNSCORED, version=asked)

    if said is None:
        assert release(place, SCHEMA, options).version == asked
        return
    with pytest.raises(GoldError) as error:
        release(place, SCHEMA, options)
    assert str(error.value) == f"{asked}: {said}"


def test_a_licence_of_a_document_without_gold_is_read_too(place):
    """The text of the document is in the rows of its annotations."""
    differing = [
        annotated("d2", labels=labels, annotator=by, license="mine")
        for labels, by in ((("GPE",), "person-1"), (("ORG",), "person-2"))
    ]
    write_next(place.gold, working(annotated("d1"), *differing))

    with pytest.raises(GoldError, match="d2: the licence is 'mine'"):
        released(place)
    assert {path.name for path in place.gold.iterdir()} == {NEXT, "dataset.toml"}


def test_the_card_says_how_many_annotations_were_made_by_its_guideline_and_in_which_program(
    place,
):
    """One by the guideline of the release, one by an earlier one, one imported: nobody knows."""
    write_next(place.gold, working(*many(3)))
    now = hashlib.sha256(guidelines_md(SCHEMA).encode()).hexdigest()
    earlier = "0" * 64
    made = {"d0": (now, "studio"), "d1": (earlier, ""), "d2": (None, None)}
    for document, (guideline, server) in made.items():
        with place.working_version(SCHEMA) as known:
            (one,) = known.record(document).annotations
        one = msgspec.structs.replace(one, guideline=guideline, server=server, project=server)
        rewrite(place, document, annotations=(one,))

    released(place)

    manifest = json.loads((place.gold / "0.1.0" / "manifest.json").read_text())
    assert manifest["guidelines"] == {earlier: 1, now: 1, "unknown": 1}
    version = read_version(place.gold, "0.1.0")
    assert {one.document.id: one.guideline for one in version.annotations} == {
        "d0": now, "d1": earlier, "d2": ""
    }  # fmt: skip
    assert manifest["platforms"] == {"Label Studio": 2, "unknown": 1}
    told = (
        f"made 1 annotation by another guideline (sha256 {earlier}), 1 annotation by the guideline"
        " at the release, 1 annotation by a guideline that nobody recorded"
    )
    card = (place.gold / "README.md").read_text()
    assert escape_markdown(told) in card
    assert "the guideline that annotators followed" not in card
    croissant = json.loads((place.gold / "croissant.json").read_text())
    assert told in croissant["rai:dataAnnotationProtocol"]
    assert croissant["rai:dataAnnotationPlatform"] == ["Label Studio (2 of 3 annotations)"]


def test_annotations_of_unknown_origin_name_no_program(place):
    write_next(place.gold, working(annotated("d1")))
    with place.working_version(SCHEMA) as known:
        (one,) = known.record("d1").annotations
    one = msgspec.structs.replace(one, server=None, project=None)
    rewrite(place, "d1", annotations=(one,))

    released(place)

    croissant = json.loads((place.gold / "croissant.json").read_text())
    assert "rai:dataAnnotationPlatform" not in croissant


def differing(number, **known):
    """Two people who agree on two of three entities."""
    return [
        annotated(f"d{number}", labels=labels, annotator=f"person-{by}", **known)
        for by, labels in enumerate((("GPE", "PERSON", "GPE"), ("GPE", "PERSON", "LOC")))
    ]


def test_agreement_below_its_floor_is_a_reason_and_alone_a_bar_not_met(place):
    write_next(place.gold, working(annotated("d0"), *differing(1)))
    options = ReleaseOptions(floors={"entities": 0.7, "relations": 0.9}, baseline=False)

    with pytest.raises(ThresholdNotMet) as alone:
        release(place, SCHEMA, options)
    write_next(place.gold, working(annotated("d0", license="mine"), *differing(1)))
    with pytest.raises(GoldError) as among:
        release(place, SCHEMA, options)

    below = "agreement on entities: F1 is 0.6667, below 0.7"
    assert str(alone.value) == below
    assert alone.value.exit_code == 3
    assert str(among.value).splitlines()[-1] == below
    assert among.value.exit_code == 1
    assert not (place.gold / "0.1.0").exists()
    low = replace(options, floors={"entities": 0.6, "relations": 1})
    write_next(place.gold, working(annotated("d0"), *differing(1)))
    done = release(place, SCHEMA, low)
    figures = done.manifest.agreement_figures
    assert {kind: (one.f1.value, one.documents) for kind, one in figures.items()} == {
        "entities": (pytest.approx(2 / 3), 1),
        "relations": (1.0, 1),
    }


def test_agreement_is_told_by_type_and_by_token(place):
    """Two annotators mark three places; one of them has GPE where the other has LOC."""
    write_next(place.gold, working(annotated("d0"), *differing(1)))
    manifest = released(place).manifest

    by_type = manifest.agreement_figures["entities"].by_type
    assert {name: (one.both, one.one) for name, one in by_type.items()} == {
        "GPE": (1, 1),
        "PERSON": (1, 0),
        "LOC": (0, 1),
    }
    assert by_type["LOC"].f1.value == 0
    assert any("Cohen's κ" in one and "Krippendorff's α" in one for one in manifest.agreement)
    card = (place.gold / "README.md").read_text()
    assert "| GPE | 1 | 1 | 0.667 |" in card
    assert "types of tokens, entities alone: Cohen's κ" in card


def test_agreement_that_nobody_measured_reaches_no_floor(place):
    write_next(place.gold, working(annotated("d0")))

    with pytest.raises(
        ThresholdNotMet, match="on entities: isn't known, and must be 0: no two"
    ):
        release(place, SCHEMA, ReleaseOptions(floors={"entities": 0}, baseline=False))


@pytest.mark.parametrize("run", [release, preview_release])
def test_agreement_is_held_to_its_floor_where_nothing_is_new_too(place, run):
    """As a bar that a program looks at after every pull."""
    write_next(place.gold, working(annotated("d0"), *differing(1)))
    released(place)

    with pytest.raises(ThresholdNotMet, match=r"^agreement on entities: F1 is 0\.6667"):
        run(place, SCHEMA, replace(UNSCORED, floors={"entities": 0.7}))
    done = run(place, SCHEMA, replace(UNSCORED, floors={"entities": 0.6}))

    assert getattr(done, "report", done).is_new is False


def test_a_dry_run_says_what_a_release_does_and_writes_nothing(place, tmp_path):
    write_next(place.gold, working(*many(30)))
    released(place)
    write_next(place.gold, working(*many(31)))
    before = files(tmp_path)

    trial = preview_release(place, SCHEMA, UNSCORED)

    assert files(tmp_path) == before
    done = released(place)
    assert trial.report == done
    assert trial.card == (place.gold / "README.md").read_text()
    assert f"\n{trial.changelog_entry}\n" in (place.gold / "CHANGELOG.md").read_text()
    assert trial.changelog_entry.startswith("## 0.2.0\n")


def test_a_dry_run_asks_for_the_publishers_facts_and_writes_no_form(place, tmp_path):
    write_next(place.gold, working(*many(3)))
    (place.gold / "dataset.toml").unlink()
    before = files(tmp_path)

    with pytest.raises(GoldError, match="is missing"):
        preview_release(place, SCHEMA)
    assert files(tmp_path) == before


def test_a_dry_run_of_what_is_sealed_says_so(place):
    write_next(place.gold, working(*many(3)))
    released(place)

    assert preview_release(place, SCHEMA).report.is_new is False


def test_the_baselines_score_is_that_of_an_evaluation(place):
    """On all documents, and on each split."""
    write_next(place.gold, working(*many(30)))

    baseline = release(place, SCHEMA).manifest.baseline

    assert baseline.scores.keys() == {"all", "train", "validation", "test"}
    for split, found in baseline.scores.items():
        options = EvaluationOptions(split=split, seed=CARD_SEED)
        scores = scores_to_json(evaluate(place, SCHEMA, options).scores)
        assert scores["recipe"]["model"] == str(baseline.model.layer)
        for kind, schemes in found.items():
            for scheme, entry in schemes.items():
                rated = scores[kind][scheme]["micro"]
                tp = rated["tp"]
                assert (entry.correct, entry.gold) == (tp, tp + rated["fn"])
                assert entry.predicted == tp + rated["fp"]
                assert entry.f1.value == rated["f1"]
                found_interval = (entry.f1.lower, entry.f1.upper)
                assert found_interval == (rated["f1_interval"] or (None, None))


def test_suggestions_that_are_there_are_scored_as_they_are(place):
    """Those of the same model for the same text; others are made anew."""
    write_next(place.gold, working(*many(3)))
    layer = locate_model(None).layer
    perfect = [replace(one.document, layer=layer) for one in many(3)]
    other_text = replace(perfect[1], text=perfect[1].text + "!")
    other_model = replace(perfect[2], layer=replace(layer, weights="other"))
    lines = [one.to_line() for one in (perfect[0], other_text, other_model)]
    write_lines(place.home / "suggestions.jsonl", lines)

    scores = release(place, SCHEMA).manifest.baseline.scores["all"]["relations"]["strict"]

    assert (scores.gold, scores.correct) == (3, 1)


def test_a_card_whose_own_words_would_be_lost_lets_nothing_be_sealed(tmp_path):
    """A marker is missing, so nobody knows what the publisher wrote."""
    place = Workspace(tmp_path / "gold", tmp_path / ".curate")
    write_next(place.gold, working(annotated("d1")))
    (place.gold / "README.md").write_text(f"{BEGIN}\nmine\n")

    with pytest.raises(GoldError, match="each is expected once"):
        released(place)

    assert not (place.gold / "0.1.0").exists()
    assert (place.gold / "README.md").read_text() == f"{BEGIN}\nmine\n"


def test_what_the_publisher_says_otherwise_is_on_the_card_after_a_release_of_nothing_new(place):
    write_next(place.gold, working(annotated("d")))
    released(place)
    facts = place.gold / "dataset.toml"
    facts.write_text(facts.read_text().replace("Names in the news", "News of names"))

    done = released(place)

    assert (done.is_new, done.version) == (False, "0.1.0")
    assert "\n# News of names\n" in (place.gold / "README.md").read_text()
    told = list(release_lines(done))[1]
    assert told == (
        "README.md, croissant.json, CITATION.cff, .zenodo.json, LICENSE.md: brought up to date in"
        f" {place.gold}."
    )
    assert released(place).written == ()


@pytest.mark.parametrize(
    ("written", "said"),
    [
        pytest.param("CC0", "write its id (cc0-1.0, perhaps), or unknown", id="cc0"),
        pytest.param("Public domain", "write its id (cc0-1.0, perhaps)", id="public domain"),
        pytest.param("mine", "write its id (as in cc-by-4.0), or unknown", id="none"),
        pytest.param(" ", "no licence is recorded; write under [articles]", id="blank"),
    ],
)
def test_what_is_no_licence_names_what_to_write(place, written, said):
    write_next(place.gold, working(annotated("d", license=written)))
    facts = place.gold / "dataset.toml"
    facts.write_text(facts.read_text().partition("[articles]")[0])

    with pytest.raises(GoldError) as error:
        released(place)

    assert said in str(error.value)


def test_an_unknown_licence_may_be_written_in_any_case(place):
    write_next(place.gold, working(annotated("d", license="UNKNOWN")))

    assert released(place).manifest.licenses == {"unknown": 1}


def test_a_marker_in_dataset_toml_is_refused_before_anything_is_sealed(place):
    write_next(place.gold, working(annotated("d")))
    facts = place.gold / "dataset.toml"
    facts.write_text(facts.read_text().replace("Articles with", f"{BEGIN} Articles with"))

    with pytest.raises(GoldError, match=r"dataset.toml:2:\d+: 'description' has the marker"):
        released(place)

    assert {path.name for path in place.gold.iterdir()} == {NEXT, "dataset.toml"}


def test_a_licence_that_is_written_nowhere_is_asked_for(place):
    """By the article, or in dataset.toml: also that nobody knows it."""
    some = annotated("d")
    meta = {key: value for key, value in some.document.meta.items() if key != "license"}
    write_next(place.gold, working(replace(some, document=replace(some.document, meta=meta))))
    facts = place.gold / "dataset.toml"
    whole = facts.read_text()
    facts.write_text(whole.partition("[articles]")[0])

    with pytest.raises(
        GoldError, match=r"^d: no licence is recorded; write under \[articles\]"
    ):
        released(place)
    facts.write_text(whole)

    assert released(place).manifest.licenses == {"unknown": 1}


def test_the_card_begins_with_the_score_on_what_the_baseline_never_saw(place):
    """Beside that on all; and agreement is that without the documents of the pilot."""
    facts = [{"baseline_saw": n < 2, "pilot": n == 0} for n in range(6)]
    rows = [annotated(f"d{n}", **known) for n, known in enumerate(facts)]
    rows += [annotated(f"d{n}", annotator="person-1", **facts[n]) for n in (0, 5)]
    write_next(place.gold, working(*rows))

    manifest = release(place, SCHEMA).manifest

    options = EvaluationOptions(seed=CARD_SEED, where=read_selection(["baseline_saw=false"]))
    unseen = scores_to_json(evaluate(place, SCHEMA, options).scores)
    for kind in ("entities", "relations"):
        entry = manifest.baseline.scores["unseen"][kind]["strict"]
        assert entry.documents == unseen["documents"]["scored"] == 4
        assert entry.f1.value == unseen[kind]["strict"]["micro"]["f1"]
    card = (place.gold / "README.md").read_text()
    assert "rules were written with 2 of the 6 documents in view. On the 4 that they" in card
    assert card.index("| never seen by the rules |") < card.index("| all splits | entities")
    assert "1 document annotated by two or more" in manifest.agreement[0]
    assert "left out: 1 document of the pilot" in manifest.agreement[1]
