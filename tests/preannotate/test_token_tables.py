"""What is looked up of tokens is what the components of the model say of them, line by line."""

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc

from curation.preannotate.token_tables import annotate_tokens, is_looked_up

WORDS = ["that", "had", "ai", "n't", "gon", "na", "all", "y'", "nothin'", "It", "Iran", "fleets", "\n", "better", "'s"]  # fmt: skip
TAGS = ["IN", "VBD", "VBZ", "NN", "NNS", "NNP", "PRP", "_SP", "MD", "DT", "JJR", ""]
ROLES = ["ROOT", "nsubj", "aux", "mark", "expl", "det", "dobj", ""]
TOKENS = st.tuples(st.sampled_from(WORDS), st.sampled_from(TAGS), st.sampled_from(ROLES))
LINES = st.lists(st.lists(TOKENS, min_size=1, max_size=12), min_size=1, max_size=4)
ALL = ("TAG", "POS", "MORPH", "LEMMA", "DEP")


def _line(vocab, tokens):
    words, tags, roles = zip(*tokens, strict=True)
    heads = [0] * len(words)
    return Doc(vocab, words=words, tags=tags, deps=roles, heads=heads)


def _both_ways(nlp, pipes, lines):
    """What the components say of each line, and what is looked up of all."""
    asked, given = ([_line(nlp.vocab, tokens) for tokens in lines] for _ in range(2))
    for pipe in pipes:
        asked = [pipe(line) for line in asked]
    starts = {sum(map(len, lines[:n])) for n in range(len(lines))}
    doc = Doc.from_docs(given, ensure_whitespace=False)
    for pipe in pipes:
        annotate_tokens(pipe, doc, starts)
    expected = Doc.from_docs(asked, ensure_whitespace=False)
    return expected.to_array(ALL).tolist(), doc.to_array(ALL).tolist()


@pytest.fixture(scope="module", name="rulers")
def _rulers():
    """Rules of all kinds, of which some must be left to the Matcher."""
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("attribute_ruler")
    ruler.add([[{"LOWER": "it"}, {"TAG": "NN"}]], {"POS": "NUM"}, index=-1)
    ruler.add([[{"LOWER": {"REGEX": "^n"}}]], {"LEMMA": "n", "POS": "X"})
    ruler.add([[{"TAG": {"IN": ["NN", "IN"], "NOT_IN": ["IN"]}}]], {"POS": "NOUN"}, index=-1)
    ruler.add([[{"LENGTH": 3}], [{}]], {"TAG": "DT"})
    ruler.add([[{"LOWER": "all", "IS_SPACE": False}]], {"MORPH": "Number=Plur", "DEP": "det"})
    ruler.add([[{"DEP": ""}, {"DEP": {"NOT_IN": ["", "det"]}}]], {"LEMMA": "second"}, index=1)
    return nlp


@pytest.mark.filterwarnings("ignore:.*W108")  # a token without a part of speech
@given(LINES)
def test_attributes_and_lemmas_are_those_of_the_baselines_components(pipeline, lines):
    nlp = pipeline.nlp
    pipes = [nlp.get_pipe("attribute_ruler"), nlp.get_pipe("lemmatizer")]

    asked, looked_up = _both_ways(nlp, pipes, lines)

    assert looked_up == asked


@given(LINES)
def test_patterns_that_cant_be_looked_up_are_matched_within_a_line(rulers, lines):
    asked, looked_up = _both_ways(rulers, [rulers.get_pipe("attribute_ruler")], lines)

    assert looked_up == asked


def test_a_rule_that_was_added_later_counts():
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("attribute_ruler")
    lines = [[("Iran", "NNP", "ROOT")]]
    ruler.add([[{"TAG": "NN"}]], {"POS": "NOUN"})
    _both_ways(nlp, [ruler], lines)
    ruler.add([[{"TAG": "NNP"}]], {"POS": "PROPN"})

    asked, looked_up = _both_ways(nlp, [ruler], lines)

    assert looked_up == asked


@pytest.mark.parametrize(
    ("pattern", "values"),
    [([{"LOWER": "it", "OP": "+"}], {"POS": "X"}), ([{"LOWER": "it"}], {"NORM": "it"})],
    ids=["repeats a token", "sets something else"],
)
def test_rules_of_another_kind_are_left_to_the_component(pattern, values):
    ruler = spacy.blank("en").add_pipe("attribute_ruler")
    ruler.add([pattern], values)

    assert not is_looked_up(ruler)
