"""The hash of the rules changes with what they suggest, and with nothing else."""

import shutil

import pytest
from samples import ROOT

from curation.preannotate.rules_hash import hash_rules

RULES = ROOT / "curation" / "preannotate"


@pytest.fixture(name="rules")
def _rules(tmp_path):
    """A copy of the rules to change."""
    return shutil.copytree(RULES, tmp_path / "rules")


def _edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_copy_has_the_same_hash(rules):
    assert hash_rules(rules) == hash_rules()
    assert len(hash_rules()) == 8


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        pytest.param("lists/words.toml", "back support", "back uphold", id="a word"),
        pytest.param("relations/supports.py", 'text != "-"', 'text == "-"', id="a condition"),
        pytest.param("relations/supports.py", "len(backers) > 1", "len(backers) > 2", id="a number"),
        pytest.param("relations/member_of.py", "found.append(noun.head)", "found.append(noun)", id="a result"),
        pytest.param("lists/peoples.txt", "abkhaz\n", "", id="a name of a list"),
        pytest.param("parsed_article.py", "    start: int\n    end: int", "    end: int\n    start: int", id="the order of fields"),
        pytest.param("relations/supports.py", "    ACTOR_TYPES,\n", "    TARGET_TYPES as ACTOR_TYPES,\n", id="a name that means another"),
    ],
)  # fmt: skip
def test_what_can_change_a_suggestion_changes_the_hash(rules, file, old, new):
    _edit(rules / file, old, new)

    assert hash_rules(rules) != hash_rules()


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        pytest.param("relations/supports.py", '"""supports: one', '"""One', id="a docstring"),
        pytest.param("relations/supports.py", "LABEL =", "# The name.\nLABEL =", id="a comment"),
        pytest.param("relations/supports.py", "-> Iterator[Relation]", "-> object", id="an annotation"),
        pytest.param("relations/supports.py", "from curation.preannotate.grammar.parties", "from elsewhere", id="an import"),
        pytest.param("relations/supports.py", 'LABEL = "supports"', "LABEL = ('supports')", id="the layout"),
        pytest.param("relations/supports.py", "\n", "\r\n", id="newlines of another system"),
        pytest.param("workers.py", "_BATCHES_AHEAD = 2", "_BATCHES_AHEAD = 3", id="how the work is done"),
    ],
)  # fmt: skip
def test_what_changes_no_suggestion_changes_no_hash(rules, file, old, new):
    _edit(rules / file, old, new)

    assert hash_rules(rules) == hash_rules()


def test_a_rule_that_is_moved_keeps_the_hash(rules):
    (rules / "more").mkdir()
    (rules / "more" / "__init__.py").write_text('"""More rules."""\n')
    (rules / "relations" / "supports.py").rename(rules / "more" / "backs.py")

    assert hash_rules(rules) == hash_rules()


def test_a_rule_that_is_gone_changes_the_hash(rules):
    (rules / "relations" / "supports.py").unlink()

    assert hash_rules(rules) != hash_rules()
