"""What eval and agree do across rooms: which gold, whose predictions."""

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from gold_samples import annotated, many, sealed, working, write_next
from samples import ROOT, SCHEMA
from scoring_samples import document_with

from curation.articles import read_articles
from curation.documents.document import Layer
from curation.documents.interchange import Reading, parse_document
from curation.documents.meta_selection import read_selection
from curation.errors import GoldError, InputError, UsageError
from curation.files import json_line
from curation.flows.agree import agree, agreement_on, annotated_documents
from curation.flows.evaluate import Against, EvaluationOptions, evaluate, score_predictions
from curation.flows.evaluate_predictions import Predictions, choose_predictions
from curation.gold.release.splits import SPLITS, SplitPlan
from curation.gold.scored_gold import GoldSet, read_gold_set
from curation.gold.sealed.versions import read_version
from curation.gold.tables.rows import gold_row
from curation.preannotate import development_articles as developed
from curation.report.caveats import agreement_caveats, score_caveats
from curation.report.tables import score_tables
from curation.schema import Schema
from curation.scoring.agreement_json import agreement_to_json
from curation.scoring.given_documents import GivenDocuments
from curation.scoring.scores_json import scores_to_json
from curation.workspace import Workspace

TEXT = "Bob of Iran met Al."
CASES = Path(__file__).parents[1] / "cases"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "gold"


def lines(path, *documents):
    path.write_text("".join(one.to_line() + "\n" for one in documents), encoding="utf-8")
    return path


def test_a_gold_set_knows_which_documents_were_blind(folder):
    sealed(folder, working(annotated("a"), annotated("b", suggestion=None)))

    truth = read_gold_set(folder, None, SCHEMA)

    assert (truth.name, truth.arms) == ("0.1.0", {"a": "assisted", "b": "blind"})
    assert read_gold_set(folder, "next", SCHEMA).arms == truth.arms


def test_a_gold_set_knows_which_documents_no_person_annotated(folder):
    """Where a person changed it last, a person has seen it."""
    edited = replace(annotated("c"), edited_by="person-1")
    sealed(folder, working(annotated("a"), annotated("b", annotator="person-1"), edited))

    assert read_gold_set(folder, None, SCHEMA).machine_annotated == {"a"}
    assert read_gold_set(folder, "next", SCHEMA).machine_annotated == {"a"}


def test_of_a_file_the_layers_say_who_annotated(tmp_path):
    layers = {"a": Layer("model", "m"), "b": Layer("annotator", "machine-1"),
              "c": Layer("annotator", "person-1"), "d": Layer("gold"), "e": None}  # fmt: skip
    path = lines(tmp_path / "g.jsonl", *(replace(document_with(TEXT), id=n, layer=one) for n, one in layers.items()))  # fmt: skip

    assert read_gold_set(tmp_path, str(path), SCHEMA).machine_annotated == {"a", "b"}


def rows(path, *annotations):
    """Records of the gold, as the dataset has them."""
    golds = working(*annotations).gold_documents
    path.write_text("".join(json_line(gold_row(one)) + "\n" for one in golds))
    return path


def test_of_records_of_the_gold_it_is_said(tmp_path):
    path = rows(tmp_path / "g.jsonl", annotated("a"), annotated("b", annotator="person-1"))

    assert read_gold_set(tmp_path, str(path), SCHEMA).machine_annotated == {"a"}


def test_what_our_rules_make_of_the_articles_they_were_written_with_is_for_development():
    (article, *_) = read_articles([ROOT / "seeds"])
    changed = replace(article, id="changed", text=article.text + " More.")
    golds = (article, changed)

    def development(layer):
        found = Predictions(tuple(replace(one, layer=layer) for one in golds))
        return score_predictions(GoldSet(name="g", digest="", documents=golds), found, SCHEMA, seed=7).headline.development  # fmt: skip

    assert development(Layer("model", "m", "1", "w", "rules")) == 1
    assert development(Layer("model", "m", "1", "w")) == 0
    assert development(None) == 0


def test_the_rules_were_written_with_the_articles_that_are_shipped():
    """One line each: the sha256 of the text, and the id."""
    lines = (Path(developed.__file__).parent / developed._FILE).read_text("utf-8")

    articles = list(read_articles([ROOT / "seeds"]))
    seen = [one for one in articles if one.meta["baseline_saw"]]

    assert lines == "".join(f"{one.text_sha256} {one.id}\n" for one in seen)
    assert len(articles) - len(seen) == 44


def test_of_a_file_nobody_knows_the_arm(tmp_path):
    path = lines(tmp_path / "g.jsonl", document_with(TEXT))

    assert read_gold_set(tmp_path / "gold", str(path), SCHEMA).arms == {}


def digest(folder, chosen, schema=SCHEMA):
    truth = read_gold_set(folder, str(chosen), SCHEMA)
    return score_predictions(truth, Predictions(truth.documents), schema, seed=7).recipe.digest


def test_the_digest_is_of_what_is_scored_and_of_nothing_else(tmp_path):
    """Ids, scores, facts, layers, order and the way a symmetric relation is drawn don't matter."""
    names = (0, 3, "PERSON"), (16, 18, "PERSON")
    one = document_with(TEXT, *names, arrows=((0, 1, "meets_with"),))
    back = document_with(TEXT, *names, arrows=((1, 0, "meets_with"),))
    bob, al = (replace(one, id=f"x{n}", score=0.5) for n, one in enumerate(back.entities))
    arrow = replace(back.relations[0], head=al, tail=bob)
    same = replace(
        back, entities=(al, bob), relations=(arrow,), meta={"src": "x"}, layer=Layer("gold")
    )
    both = replace(one, relations=(*one.relations, *back.relations))
    other = replace(one, id="other")

    def of_file(*documents, schema=SCHEMA):
        return digest(tmp_path, lines(tmp_path / "g.jsonl", *documents), schema)

    assert of_file(one, other) == of_file(other, same) == of_file(both, other)
    changed = [
        replace(one, id="e"), replace(one, text=f"{TEXT} Yes."), replace(one, relations=()),
        document_with(TEXT, names[0], arrows=()), document_with(TEXT, names[0], (16, 18, "ORG"), arrows=((0, 1, "meets_with"),)),
        document_with(TEXT, *names, arrows=((0, 1, "supports"),)), document_with(TEXT, *names, arrows=((1, 0, "supports"),)),
    ]  # fmt: skip
    assert len({of_file(one), *map(of_file, changed)}) == 8
    directed = replace(SCHEMA.relations["meets_with"], symmetric=False)
    plain = replace(SCHEMA, relations=SCHEMA.relations | {"meets_with": directed})
    assert of_file(one, schema=plain) != of_file(back, schema=plain)


def test_next_has_the_digest_of_its_records_and_a_version_its_own(folder, tmp_path):
    some = annotated("a"), annotated("b", suggestion=None)
    write_next(folder, working(*some))
    sealed(folder, version="1.0.0")

    assert digest(folder, "next") == digest(folder, rows(tmp_path / "g.jsonl", *some))
    assert digest(folder, "1.0.0") == read_version(folder, "1.0.0").manifest.digest[:12]


def test_predictions_of_a_file_are_in_the_recipe(tmp_path):
    """Otherwise another file of the same model would have the same one."""
    one, other = document_with(TEXT, (0, 3, "PERSON")), document_with(TEXT)

    def recipe(*documents):
        truth = GoldSet(name="g", digest="", documents=[one])
        found = choose_predictions(truth, SCHEMA, file=lines(tmp_path / "p.jsonl", *documents))
        return score_predictions(truth, found, SCHEMA, seed=7).recipe

    assert recipe(one) == recipe(replace(one, meta={"src": "x"}))
    assert recipe(one).predictions == recipe(one).digest != recipe(other).predictions
    assert str(recipe(one)).endswith(f"|predictions:{recipe(one).predictions}")
    baseline = score_predictions(
        GoldSet(name="g", digest="", documents=[one]), Predictions([one]), SCHEMA, seed=7
    )
    assert "predictions" not in str(baseline.recipe)


def test_the_digest_of_an_agreement_is_of_who_did_what_whatever_they_are_called(tmp_path):
    bob, al = (0, 3, "PERSON"), (16, 18, "PERSON")
    one, other = document_with(TEXT, bob), document_with(TEXT, bob, al)
    two, another = (replace(some, id="e") for some in (one, other))

    def of_files(**work):
        paths = [lines(tmp_path / name, *some) for name, some in work.items()]
        found = agreement_on(annotated_documents(tmp_path, None, paths, SCHEMA), SCHEMA, seed=7)
        return found.recipe.digest

    assert of_files(a=[one, two], b=[other, another]) == of_files(
        c=[another, other], d=[two, one]
    )
    assert of_files(a=[one, two], b=[other, another]) != of_files(
        a=[one, another], b=[other, two]
    )


def test_every_row_that_knows_its_arm_counts_wherever_it_stands(tmp_path):
    some = annotated("a"), annotated("b", suggestion=None), annotated("c", annotator="person-1")
    one, *others = rows(tmp_path / "rows.jsonl", *some).read_text().splitlines()
    silent = json.loads(one)
    del silent["arm"]
    others.append(json.dumps(json.loads(others[0]) | {"id": "z", "arm": "unknown"}))
    path = lines(tmp_path / "g.jsonl", document_with(TEXT))
    path.write_text("\n".join([path.read_text().strip(), json.dumps(silent), *others]))

    truth = read_gold_set(tmp_path, str(path), SCHEMA)

    assert truth.arms == {"a": "", "b": "blind", "c": "assisted", "z": "unknown"}
    assert truth.machine_annotated == {"a", "b", "z"}


def test_without_a_version_there_is_nothing_to_score(folder):
    with pytest.raises(GoldError, match="no sealed version"):
        read_gold_set(folder, None, SCHEMA)


def test_the_blind_documents_are_scored_first(folder):
    sealed(folder, working(*many(3), annotated("blind", suggestion=None)))
    truth = read_gold_set(folder, None, SCHEMA)
    found = Predictions(tuple(one for one in truth.documents if one.id != "blind"))

    scores = score_predictions(truth, found, SCHEMA, seed=7)

    assert (scores.recipe.arm, scores.recipe.documents, scores.headline.without_predictions) == ("blind", 1, 1)  # fmt: skip
    assert scores.entities["strict"].micro.counts.tp == 0
    assert scores.arms["assisted"].entities["strict"].micro.counts.fn == 0


def test_a_comparison_is_over_the_headlines_documents(folder, tmp_path):
    sealed(folder, working(*many(3), annotated("blind", suggestion=None)))
    truth = read_gold_set(folder, None, SCHEMA)
    found = Predictions(truth.documents)
    first, *_ = truth.documents
    against = Against(lines(tmp_path / "o.jsonl", first.without_annotations()))

    compared = score_predictions(truth, found, SCHEMA, seed=7, against=against).comparison

    assert (compared.documents, compared.against, compared.gold) == (1, "o.jsonl", None)
    assert compared.model["entities.strict.micro.f1"].after == 1


def test_what_annotators_did_comes_from_a_version_or_from_files(folder, tmp_path):
    write_next(folder, working(annotated("a", annotator="machine-1"), annotated("a", annotator="machine-2")))  # fmt: skip
    sealed(folder)
    files = [lines(tmp_path / name / "x.jsonl", document_with(TEXT)) for name in ("p", "q") if not (tmp_path / name).mkdir()]  # fmt: skip

    by_version, by_file = (
        annotated_documents(folder, None, some, SCHEMA) for some in ([], files)
    )

    assert by_version.gold == "0.1.0"
    assert by_version.digest == read_version(folder, "0.1.0").manifest.digest[:12]
    assert [name for group in by_version.documents for name, _ in group] == [
        "machine-1",
        "machine-2",
    ]
    assert by_file.gold == ""
    assert [name for group in by_file.documents for name, _ in group] == [
        str(path) for path in files
    ]
    found = agreement_on(annotated_documents(folder, "next", [], SCHEMA), SCHEMA, seed=1)
    assert (found.documents, found.recipe.gold) == (1, "next")
    assert next(agreement_caveats(found)).startswith("These are the annotations of next; ")
    assert "all annotators are programs" in " ".join(agreement_caveats(found))


def test_a_version_from_before_a_rename_scores_as_it_did(folder, tmp_path):
    """Type names that changed are no mistakes, of the gold, the predictions or what they are compared with."""
    sealed(folder, working(annotated("a"), annotated("b")))
    old = read_gold_set(folder, None, SCHEMA)
    file = lines(tmp_path / "p.jsonl", *old.documents)
    human = replace(SCHEMA.entities["PERSON"], name="HUMAN", former_names=("PERSON",))
    kept = {name: one for name, one in SCHEMA.entities.items() if name != "PERSON"}
    now = replace(SCHEMA, entities=kept | {"HUMAN": human})
    against = Against(file, old.under_current_names(now))

    found = choose_predictions(old, now, file=file)
    scores = score_predictions(
        old.under_current_names(now), found, now, seed=7, against=against
    )

    strict = scores.headline.entities["strict"]
    assert strict.micro.counts.f1 == 1
    assert "HUMAN" in strict.by_type
    assert "PERSON" not in strict.by_type
    assert all(one.difference == 0 for one in scores.comparison.model.values())


def test_annotators_from_before_a_rename_agree_as_they_did(tmp_path):
    """A relation that had another name had no direction then, either."""
    met = replace(SCHEMA.relations["meets_with"], former_names=("met",))
    now = replace(SCHEMA, relations=SCHEMA.relations | {"meets_with": met})
    names = (0, 3, "PERSON"), (16, 18, "PERSON")
    there, back = (
        document_with(TEXT, *names, arrows=((*way, "met"),)) for way in ((0, 1), (1, 0))
    )
    paths = [lines(tmp_path / f"{n}.jsonl", one) for n, one in enumerate((there, back))]

    found = agreement_on(annotated_documents(tmp_path, None, paths, SCHEMA), now, seed=7)

    assert found.relations["strict"].micro.counts.f1 == 1


def evaluated(gold, predictions, schema=SCHEMA, **options):
    """The scores of one file against another."""
    chosen = EvaluationOptions(gold=str(gold), predictions=predictions, seed=7, **options)
    return evaluate(
        Workspace(gold.parent / "gold", gold.parent / ".curate"), schema, chosen
    ).scores


def test_what_other_programs_write_is_scored_as_it_is_and_told():
    scores = evaluated(CASES / "edges-gold.jsonl", CASES / "edges-predicted.jsonl")

    counts = {name: one.micro.counts for name, one in scores.entities.items()}
    told = [
        (counts[name].tp, counts[name].fp, counts[name].fn)
        for name in ("strict", "exact", "type")
    ]
    assert told == [(1, 1, 1), (1, 1, 1), (2, 0, 0)]
    caveats = list(score_caveats(scores))
    assert (
        "1 span begins or ends with white space, and is scored as given: edges-1, 4..24 in "
        "edges-gold.jsonl." in caveats
    )
    assert (
        "1 document has texts that differ in white space at the end alone, so that all offsets "
        "hold: edges-1." in caveats
    )
    assert scores_to_json(scores)["oddities"]["blank_edges"] == {
        "count": 1,
        "first": ["edges-1, 4..24 in edges-gold.jsonl"],
    }


def test_a_file_of_gold_is_read_once_beside_predictions_and_its_faults_are_told(tmp_path):
    gold = lines(tmp_path / "gold.jsonl", document_with(TEXT, (0, 3, "PERSON")))
    found = lines(tmp_path / "found.jsonl", document_with(TEXT, (3, 4, "PERSON")))
    read = []

    def watch(items, activity, total):
        read.append((activity, total))
        return items

    def scored():
        place = Workspace(tmp_path / "gold", tmp_path / ".curate")
        chosen = EvaluationOptions(gold=str(gold), predictions=found, seed=7)
        return evaluate(place, SCHEMA, chosen, watch=watch).scores

    assert scored().oddities.blank_edges.first == ("d, 3..4 in found.jsonl",)
    assert read == [("scoring", 1)]

    gold.write_text(gold.read_text() + "{\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"gold\.jsonl:2: not JSON"):
        scored()


def test_annotators_of_other_programs_are_compared_as_they_are(tmp_path):
    paths = [CASES / "edges-gold.jsonl", CASES / "edges-predicted.jsonl"]

    found = agree(Workspace(tmp_path, tmp_path), SCHEMA, paths, gold=None, seed=7)

    assert found.entities["strict"].micro.counts.f1 == 0.5
    assert (found.oddities.blank_edges.count, found.oddities.text_ends.count) == (1, 1)
    assert list(agreement_to_json(found)["oddities"]) == ["blank_edges", "text_ends"]


def test_entities_without_ids_are_numbered(tmp_path):
    """Many programs write spans without ids; relations then join those that have one."""
    path = tmp_path / "no-ids.jsonl"
    line = {
        "id": "d",
        "text": "Bob met Al in Oslo.",
        "entities": [
            {"start": 0, "end": 3, "label": "PERSON"},
            {"id": "1", "start": 8, "end": 10, "label": "PERSON"},
            {"id": None, "start": 14, "end": 18, "label": "GPE"},
            {"id": 2, "start": 14, "end": 18, "label": "LOC"},
        ],
        "relations": [{"head": 1, "tail": "2", "label": "in"}],
    }
    path.write_text(json.dumps(line))

    (document,) = GivenDocuments(path)

    assert len({entity.id for entity in document.entities}) == 4
    (relation,) = document.relations
    assert (relation.head.span, relation.tail.label) == ((8, 10), "LOC")
    assert evaluated(path, path).entities["strict"].micro.counts.tp == 4


def test_no_relation_joins_an_entity_by_the_number_that_was_given_to_it(tmp_path):
    path = tmp_path / "no-ids.jsonl"
    entities = [{"start": 0, "end": 3, "label": "A"}, {"start": 4, "end": 7, "label": "A"}]
    for name in ("1", "2", "e1", "e2", 1, 2):
        relations = [{"head": name, "tail": name, "label": "r"}]
        line = {"id": "d", "text": "Bob met", "entities": entities, "relations": relations}
        path.write_text(json.dumps(line))

        with pytest.raises(InputError, match=f"r joins '{name}', which is no entity"):
            list(GivenDocuments(path))


def test_what_is_pushed_or_ingested_needs_ids(tmp_path):
    entity = {"start": 0, "end": 3, "label": "PERSON"}
    line = {"id": "d", "text": "Bob met Al.", "entities": [entity]}

    for reading in (Reading.BY_FORMAT, Reading.UNTRIMMED, Reading.STORED):
        document, problems = parse_document(line, "here", reading)

        assert document is None
        assert str(problems[0]) == "here: the entity number 1 has no 'id'"


def test_integers_are_read_as_ids(tmp_path):
    """Of documents, of entities, and of the ends of relations."""
    path = tmp_path / "integers.jsonl"
    line = json.loads((CASES / "integer-ids.jsonl").read_text())
    line["entities"].append({"id": 2, "start": 8, "end": 12, "label": "GPE"})
    line["relations"] = [{"head": 1, "tail": 2, "label": "supports"}]
    path.write_text(json.dumps(line) + "\n")

    (document,) = GivenDocuments(path)

    assert document.id == "17"
    assert [entity.id for entity in document.entities] == ["1", "2"]
    assert [relation.head.id for relation in document.relations] == ["1"]
    assert evaluated(path, CASES / "integer-ids.jsonl").entities["strict"].micro.counts.tp == 1


def test_what_lies_outside_the_text_is_refused_with_its_line(tmp_path):
    path = lines(tmp_path / "p.jsonl", document_with(TEXT, (0, 99, "PERSON")))

    with pytest.raises(
        InputError, match=r"p\.jsonl:1: d, 0\.\.99: the span is empty, reversed"
    ):
        evaluated(path, path)


def test_what_occurs_twice_counts_twice_and_is_told(tmp_path):
    once = lines(tmp_path / "g.jsonl", document_with(TEXT, (0, 3, "PERSON")))
    document = json.loads(once.read_text())
    document["entities"].append(document["entities"][0] | {"id": "again"})
    twice = tmp_path / "p.jsonl"
    twice.write_text(json.dumps(document) + "\n")

    scores = evaluated(once, twice)

    counts = scores.entities["strict"].micro.counts
    assert (counts.tp, counts.fp) == (1, 1)
    assert "1 span occurs twice and counts twice: d, 0..3 in p.jsonl." in score_caveats(scores)


def test_types_that_the_schema_has_not_are_scored_and_told(tmp_path):
    path = lines(tmp_path / "g.jsonl", document_with(TEXT, (0, 3, "PER"), (7, 11, "MISC")))

    scores = evaluated(path, path)

    assert scores.entities["strict"].micro.counts.tp == 2
    assert (
        "2 types are not in label_config/schema.toml, and scored all the same: MISC; PER."
        in score_caveats(scores)
    )
    nowhere = evaluated(path, path, Schema({}, {}))
    assert not nowhere.oddities.unknown_types


def test_of_many_odd_places_the_first_are_named(tmp_path):
    spans = [(n, n + 2, "PERSON") for n in (2, 3, 5, 6, 10)]
    path = lines(tmp_path / "g.jsonl", document_with(TEXT, *spans))

    blank = evaluated(path, path).oddities.blank_edges

    # Bob of Iran met Al.: spans with a blank at an edge begin at 2, 3, 5, 6 and 10; in both files.
    assert blank.count == 10
    assert len(blank.first) == 3


def test_a_text_with_a_newline_at_its_end_is_compared_with_other_gold(tmp_path):
    document = document_with(TEXT, (0, 3, "PERSON"))
    one = lines(tmp_path / "one.jsonl", document)
    other = lines(tmp_path / "other.jsonl", replace(document, text=TEXT + "\n"))

    scores = evaluated(one, other, against_gold=str(other), against=one)

    assert scores.comparison.documents == 1
    assert scores.entities["strict"].micro.counts.f1 == 1


def test_a_text_that_differs_in_more_is_another_text(tmp_path):
    document = document_with(TEXT, (0, 3, "PERSON"))
    one = lines(tmp_path / "one.jsonl", document)
    other = lines(tmp_path / "other.jsonl", replace(document, text="\n" + TEXT))

    with pytest.raises(InputError, match="the text in the predictions differs"):
        evaluated(one, other)


def test_one_split_of_a_version_is_scored_alone(folder, tmp_path):
    """Predictions on the other splits are no surplus, and the recipe names the split."""
    sealed(folder, working(*many(30)))
    whole = read_gold_set(folder, None, SCHEMA)
    predictions = lines(tmp_path / "p.jsonl", *whole.documents)
    place = Workspace(folder, tmp_path / ".curate")

    def of_split(split):
        options = EvaluationOptions(
            split=split, predictions=predictions, seed=7, against=predictions
        )
        return evaluate(place, SCHEMA, options).scores

    scores = {split: of_split(split) for split in (*SPLITS, "all")}

    expected = Counter(SplitPlan().split_of(document.id) for document in whole.documents)
    assert {split: scores[split].recipe.documents for split in SPLITS} == expected
    assert {split: one.recipe.split for split, one in scores.items()} == {
        one: one for one in scores
    }
    for one in scores.values():
        assert (one.without_gold, one.comparison.without_gold) == (0, 0)
        assert one.entities["strict"].micro.counts.f1 == 1
        assert one.recipe.digest == whole.digest
    title = next(iter(score_tables(scores["test"]))).title
    assert title == f"Scores of {expected['test']} documents of the split test"


@pytest.mark.parametrize(
    ("gold", "split", "said"),
    [
        pytest.param(
            "next", "test", "next has no splits; only sealed versions have", id="next"
        ),
        pytest.param(
            "g.jsonl", "test", "has no splits; only sealed versions have", id="a file"
        ),
        pytest.param(
            "0.1.0", "dev", "splits are train, validation, test, and all", id="no split"
        ),
    ],
)
def test_a_split_that_is_not_there_is_a_wrong_option(
    folder, tmp_path, monkeypatch, gold, split, said
):
    sealed(folder, working(annotated("a")))
    monkeypatch.chdir(tmp_path)
    lines(tmp_path / "g.jsonl", document_with(TEXT))

    with pytest.raises(UsageError, match=said):
        read_gold_set(folder, gold, SCHEMA, split=split)
    assert read_gold_set(folder, gold, SCHEMA, split="all").document_count == 1


def test_an_empty_split_is_told(folder):
    sealed(folder, working(annotated("a")))
    empty = next(split for split in SPLITS if split != SplitPlan().split_of("a"))

    with pytest.raises(GoldError, match=f"0.1.0 has no document in {empty}"):
        read_gold_set(folder, None, SCHEMA, split=empty)


def with_metas(path, **metas):
    documents = [replace(document_with(TEXT, (0, 3, "PERSON")), id=one) for one in metas]
    return lines(path, *(replace(one, meta=metas[one.id]) for one in documents))


def where(*typed):
    return read_selection(typed)


SEEN = {"baseline_saw": True, "src": "A"}
UNSEEN = {"baseline_saw": False, "src": "B"}


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        pytest.param(["baseline_saw=true"], {"a"}, id="true"),
        pytest.param(["baseline_saw=false"], {"b", "c"}, id="without the field is false"),
        pytest.param(["src=B"], {"b"}, id="a text"),
        pytest.param(["baseline_saw=false", "src=B"], {"b"}, id="both"),
        pytest.param(["year=2026"], {"c"}, id="a number"),
    ],
)
def test_documents_are_selected_by_their_metadata(tmp_path, typed, ids):
    """Predictions on the others are no surplus, and the recipe says what was selected."""
    path = with_metas(tmp_path / "g.jsonl", a=SEEN, b=UNSEEN, c={"year": 2026})
    options = EvaluationOptions(gold=str(path), predictions=path, seed=7, where=where(*typed))
    place = Workspace(tmp_path / "gold", tmp_path / ".curate")

    found = evaluate(place, SCHEMA, options)

    assert {document.id for document in found.truth.documents} == ids
    assert found.scores.without_gold == 0
    assert found.scores.recipe.where == ", ".join(typed)
    assert f"where:{', '.join(typed)}" in str(found.scores.recipe)
    assert scores_to_json(found.scores)["recipe"]["where"] == ", ".join(typed)
    assert f" where {', '.join(typed)}" in next(iter(score_tables(found.scores))).title


@pytest.mark.parametrize(
    ("typed", "said", "hint"),
    [
        ("baseline_saw", "no condition", "--where baseline_saw=false"),
        ("=false", "no condition", "--where baseline_saw=false"),
        (
            "pilot=false",
            "no document of g.jsonl has 'pilot' in its metadata",
            "baseline_saw, src",
        ),
        ("src=C", "no document of g.jsonl is selected", "src is A, B"),
        ("src=false", "no document of g.jsonl is selected", "src is A, B"),
    ],
)
def test_where_nothing_is_selected_it_says_what_there_is(tmp_path, typed, said, hint):
    path = with_metas(tmp_path / "g.jsonl", a=SEEN, b=UNSEEN)

    with pytest.raises(UsageError, match=re.escape(f"--where {typed}: {said}")) as found:
        read_gold_set(tmp_path, str(path), SCHEMA, where=where(typed))
    assert hint in found.value.hint


def test_agreement_of_a_version_or_of_files_can_leave_the_pilot_out(folder, tmp_path):
    """Of a version, also what isn't compared counts on the selected documents alone."""
    rows = [
        annotated(one, annotator=who, **({"pilot": True} if one == "a" else {}))
        for one in ("a", "b", "c")
        for who in ("person-1", "person-2")
    ]
    sealed(folder, working(*rows))
    rest = where("pilot=false")

    def documents_of(*paths, selected=rest, gold=None):
        found = annotated_documents(folder, gold, paths, SCHEMA, where=selected)
        return agreement_on(found, SCHEMA, seed=7)

    assert documents_of().documents == 2
    assert documents_of(selected=where("pilot=true")).documents == 1
    assert documents_of(selected=where()).documents == 3
    told = [
        [line for line in agreement_caveats(documents_of(selected=one)) if "pilot" in line]
        for one in (where(), rest, where("pilot=true"))
    ]
    assert [len(one) for one in told] == [1, 0, 0]
    assert "1 document is of the pilot" in told[0][0]
    assert agreement_to_json(documents_of())["recipe"]["where"] == "pilot=false"
    one = with_metas(tmp_path / "a.jsonl", a={"pilot": True}, b={}, c={})
    other = with_metas(tmp_path / "b.jsonl", a={"pilot": True}, b={}, c={})
    assert documents_of(one, other).documents == 2
