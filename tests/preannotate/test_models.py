"""Other models than the baseline: what they have is taken, and what they lack is told."""

from dataclasses import replace
from functools import cache

import pytest
import spacy
from command_line import run
from samples import SCHEMA
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example

from curation.documents.document import Document
from curation.errors import ModelError
from curation.preannotate.model_files import locate_model
from curation.preannotate.model_gaps import model_gaps
from curation.preannotate.model_parts import others_components, read_components
from curation.preannotate.pipeline import load_pipeline
from curation.schema.model import ModelRelations

REAL = locate_model()
TEXT = "Bush met Putin in Moscow.\nThe Kremlin praised Bush."
ATTRIBUTE = "curate_test_relations"


@Language.factory("curate_test_relations", default_config={"form": "pairs"})
def make_component(nlp, name, form):
    """States that each name but the last visits the next, surely, and praises it, hardly."""
    Doc.set_extension(ATTRIBUTE, default=None, force=True)

    def component(doc):
        pairs = list(zip(doc.ents, doc.ents[1:], strict=False))
        labels = {"visits": 0.9, "supports": 0.1}
        doc._.set(ATTRIBUTE, FORMS[form](pairs, labels))
        return doc

    return component


FORMS = {
    "pairs": lambda pairs, labels: {(a.start, b.start): labels for a, b in pairs},
    "tables": lambda pairs, labels: [
        {"head_pos": [a.start, a.end - 1], "tail_pos": [b.start, b.end], "label": label, "score": score}
        for a, b in pairs
        for label, score in labels.items()
    ],
    "spans": lambda pairs, labels: {
        number: {"head_span": a, "tail_span": b, "relation": "visits"}
        for number, (a, b) in enumerate(pairs)
    },
    "triples": lambda pairs, labels: [(a, b, "visits") for a, b in pairs],
    "nothing": lambda pairs, labels: None,
    "numbers": lambda pairs, labels: [1, 2],
}  # fmt: skip


def saved(nlp, folder):
    nlp.to_disk(folder)
    return str(folder)


def taking_relations(min_score=0.5):
    """Our schema, which reads what the component calls visiting as meets_with."""
    visits = replace(SCHEMA.relations["meets_with"], model_labels=("visits",))
    relations = {**SCHEMA.relations, "meets_with": visits}
    return replace(
        SCHEMA, relations=relations, model_relations=ModelRelations(ATTRIBUTE, min_score)
    )


loaded = cache(load_pipeline)


def suggested(model, schema=SCHEMA, text=TEXT):
    found = loaded(model).suggest(Document("d", text), schema)
    names = [(one.label, found.words(one)) for one in found.entities]
    relations = {
        (found.words(one.head), one.label, found.words(one.tail)) for one in found.relations
    }
    return names, relations


def test_a_blank_pipeline_suggests_nothing_and_says_so():
    assert suggested("blank:en") == ([], set())
    assert suggested("blank:de") == ([], set())
    layer = locate_model("blank:de").layer
    assert (layer.name, layer.version) == ("blank_de", spacy.__version__)
    assert list(model_gaps(locate_model("blank:en"), SCHEMA)) == [
        "blank_en has no ner: no names are suggested",
        "blank_en has no tagger, parser, attribute_ruler, lemmatizer: the rules suggest no relations and no offices",
    ]


def test_a_language_that_spacy_lacks_is_refused_with_those_that_it_has(tmp_path, capsys):
    """And nothing is said before of what the language will lack."""
    article = tmp_path / "a.txt"
    article.write_text("Bush met Putin.")

    code, out, err = run(capsys, "preannotate", str(article), "-o", "-", "--model", "blank:zz")

    assert (code, out) == (1, "")
    assert err.startswith("error: blank:zz: spaCy has no language 'zz'; it has af, am, ar, ")
    assert ", de, dsb, el, en, es, " in err
    assert "warning" not in err


def test_names_alone_are_taken_of_a_model_without_a_parser(tmp_path):
    nlp = spacy.load(REAL.folder, exclude=["tok2vec", "tagger", "parser", "senter", "attribute_ruler", "lemmatizer"])  # fmt: skip
    model = saved(nlp, tmp_path / "names")

    names, relations = suggested(model, text="President Bush met Putin in Moscow.")

    assert names == [("PERSON", "Bush"), ("PERSON", "Putin"), ("GPE", "Moscow")]
    assert relations == set()
    (gap,) = model_gaps(locate_model(model), SCHEMA)
    assert gap.endswith(
        "has no tagger, parser, attribute_ruler, lemmatizer: the rules suggest no relations and no offices"
    )


def test_a_ruler_finds_names_in_any_language(tmp_path):
    nlp = spacy.blank("de")
    ruler = nlp.add_pipe("entity_ruler", name="names")
    ruler.add_patterns([{"label": "PERSON", "pattern": "Berg"}])

    names, _ = suggested(saved(nlp, tmp_path / "ruler"), text="Frau Berg kam.\nBerg ging.")

    assert names == [("PERSON", "Berg"), ("PERSON", "Berg")]


def test_names_that_rest_on_shared_vectors_are_those_that_spacy_finds(tmp_path):
    """Without these vectors the component would see nothing but zeros."""
    nlp = spacy.blank("en")
    nlp.add_pipe("tok2vec")
    config = {"model": {"tok2vec": {"@architectures": "spacy.Tok2VecListener.v1", "width": 96, "upstream": "*"}}}  # fmt: skip
    ner = nlp.add_pipe("ner", config=config)
    ner.add_label("PERSON")
    text = "Bush met Putin in Moscow and the Kremlin praised Bush"
    example = Example.from_dict(nlp.make_doc(text), {"entities": [(0, 4, "PERSON"), (9, 14, "PERSON"), (49, 53, "PERSON")]})  # fmt: skip
    spacy.util.fix_random_seed(1)
    optimizer = nlp.initialize(lambda: [example])
    for _ in range(30):
        nlp.update([example], sgd=optimizer)

    names, _ = suggested(saved(nlp, tmp_path / "shared"), text=text)

    assert [words for _, words in names] == [one.text for one in nlp(text).ents]
    assert len(names) == 3


@pytest.fixture(scope="module", name="with_component")
def _with_component(tmp_path_factory):
    @cache
    def with_component(form):
        nlp = spacy.load(REAL.folder)
        nlp.add_pipe("curate_test_relations", config={"form": form})
        return saved(nlp, tmp_path_factory.mktemp(form) / "model")

    return with_component


@pytest.mark.parametrize("form", ["pairs", "tables", "spans", "triples"])
def test_relations_of_the_models_own_component_are_suggested(with_component, form):
    model = with_component(form)

    names, before = suggested(model)
    _, relations = suggested(model, taking_relations())

    assert [words for _, words in names] == ["Bush", "Putin", "Moscow", "Kremlin", "Bush"]
    assert ("Putin", "meets_with", "Moscow") not in before
    assert ("Putin", "meets_with", "Moscow") in relations
    assert not [one for one in relations - before if one[1] == "supports"]


def test_a_component_joins_the_names_of_a_document_too(with_component, marked):
    model = loaded(with_component("pairs"))

    related = model.relate(marked("ORG[They] saw GPE[Oslo] ."), taking_relations())

    (relation,) = related.relations
    assert (relation.label, related.words(relation.tail)) == ("meets_with", "Oslo")


def test_the_score_from_which_relations_count_is_the_schemas(with_component):
    _, all_of_them = suggested(with_component("pairs"), taking_relations(0.05))

    assert ("Putin", "supports", "Moscow") in all_of_them


def test_a_component_that_says_nothing_changes_nothing(with_component):
    model = with_component("nothing")

    assert suggested(model, taking_relations()) == suggested(model)


def test_what_a_component_says_otherwise_is_refused(with_component):
    with pytest.raises(ModelError, match=r"doc\._\.curate_test_relations is \[1, 2\]"):
        suggested(with_component("numbers"), taking_relations())


def test_a_model_with_a_component_is_known_by_all_its_files(with_component):
    pairs, triples = (locate_model(with_component(form)) for form in ("pairs", "triples"))

    assert len({one.layer.weights for one in (REAL, pairs, triples)}) == 3
    assert list(model_gaps(pairs, taking_relations())) == []
    (gap,) = model_gaps(REAL, taking_relations())
    assert gap.endswith(f"sets doc._.{ATTRIBUTE}, which schema.toml names")


def test_types_that_nothing_suggests_are_told():
    place = replace(SCHEMA.entities["GPE"], name="PLACE", model_labels=())
    visits = replace(SCHEMA.relations["meets_with"], name="visits")
    schema = replace(
        SCHEMA,
        entities={**SCHEMA.entities, "PLACE": place},
        relations={**SCHEMA.relations, "visits": visits},
    )

    types, relations = model_gaps(REAL, schema)

    assert (
        "suggests no PLACE: model_labels in schema.toml name none of its labels, which are CARDINAL, DATE"
        in types
    )
    assert relations == "no rule suggests visits"
    assert list(model_gaps(REAL, SCHEMA)) == []


def test_a_components_place_in_the_config_decides_what_it_is(tmp_path):
    """Written by hand over several lines, under another name, and switched off."""
    (tmp_path / "config.cfg").write_text(
        'pipeline = ["finder",\n  "parser", "theirs"]\ndisabled = ["parser"]\n'
        '[components.finder]\nmoves = null\nfactory = "ner"\n[components.finder.model]\nfactory = "x"\n'
        '[components.theirs]\nfactory = "their_relations"\n'
    )

    components = read_components(tmp_path)

    assert components == {"finder": "ner", "theirs": "their_relations"}
    assert others_components(frozenset(components.values())) == {"their_relations"}


def test_preannotate_and_doctor_tell_what_will_be_missing(tmp_path, capsys):
    article = tmp_path / "a.txt"
    article.write_text("Bush met Putin.")

    code, out, err = run(capsys, "preannotate", str(article), "-o", "-", "--model", "blank:en")

    assert code == 0
    assert '"entities":[]' in out
    assert "warning: blank_en has no ner: no names are suggested" in err
    _, out, err = run(capsys, "doctor", "--model", "blank:en")
    assert "blank_en has no ner: no names are suggested; blank_en has no tagger" in out + err
