"""A document's file has a name that every disk takes, and that no other document has."""

import re

import pytest
from gold_samples import Working, annotated, read_next, write_next
from hypothesis import example, given
from hypothesis import strategies as st

from curation.gold.working.file_names import file_name

IDS = {
    "a path out of the folder": "../x",
    "an absolute path": "/etc/passwd",
    "a path of Windows": "C:\\x",
    "a reserved name": "CON",
    "a reserved name with a suffix": "con.txt",
    "a reserved name, numbered": "lpt1",
    "a folder": "a/b",
    "300 letters": "x" * 300,
    "200 CJK letters": "新聞記事" * 50,
    "an emoji": "👨‍👩‍👧",
    "upper case": "Wikinews-1",
    "hidden": ".hidden",
    "an escape": "%41",
    "spaces at its ends": " a ",
    "a full stop at its end": "a.",
    "a dot": ".",
    "two dots": "..",
    "a line feed": "a\nb",
    "a star": "a*b?",
    "a tilde": "a~12345678",
    "a name of ours": "a.json",
    "a part of ours": ".a.json.part",
    "right to left": "\u202egnp.exe",
    "half of a pair of letters": "é",
    "its other half": "e\u0301",
    "nothing but signs": "###",
}
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


def is_safe(name):
    """What Linux, macOS and Windows take as a file of this folder, also on a disk blind to case."""
    return (
        0 < len(name.encode()) <= 255
        and not set(name) & set('<>:"/\\|?*')
        and all(" " < letter < "\x7f" for letter in name)
        and name == name.lower()
        and not RESERVED.match(name)
        and not name.startswith(".")
        and name.endswith(".json")
    )


@pytest.mark.parametrize("identity", IDS.values(), ids=IDS)
def test_any_id_has_a_file_of_its_own_in_the_folder(identity, tmp_path):
    """And it is read again under its id."""
    write_next(tmp_path / "gold", Working((), (annotated(identity), annotated("other"))))

    assert is_safe(file_name(identity))
    assert {path.name for path in (tmp_path / "gold" / "next").iterdir()} == {
        file_name(identity),
        "other.json",
    }
    assert [one.parent for one in tmp_path.rglob("*.json")] == [tmp_path / "gold" / "next"] * 2
    assert {one.id for one in read_next(tmp_path / "gold").gold_documents} == {
        identity,
        "other",
    }


def test_the_empty_id_has_a_name_too():
    """Though no document has it."""
    assert is_safe(file_name(""))


def test_a_safe_id_is_its_own_name():
    assert file_name("wikinews-784626") == "wikinews-784626.json"
    assert file_name("000_c0b9d572aaf7d729") == "000_c0b9d572aaf7d729.json"


def test_what_people_can_read_of_another_id_is_in_its_name():
    assert re.fullmatch(r"los-angeles-cafe~[0-9a-f]{12}\.json", file_name("Los Angeles/Café"))


def test_names_are_written_down():
    """A change would give each such document a second file."""
    assert file_name("CON") == "con~a3dbc4b644a9.json"
    assert file_name("../x") == "x~d6b96a97d147.json"
    assert file_name("👨‍👩‍👧") == "~cc3baf32248d.json"


letters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
nasty = st.sampled_from([*"aA.~-_/ %\\1é", "con", "e\u0301", "ſ", "\u212a", "ß", "İ", "ﬁ"])
ids = st.text(letters, min_size=1, max_size=90) | st.lists(
    nasty, min_size=1, max_size=6
).map("".join)  # fmt: skip


@given(ids)
@example("nul")
@example("x" * 80)
@example("x" * 81)
def test_every_name_is_safe_on_every_disk(identity):
    assert is_safe(file_name(identity))


@given(st.lists(ids, min_size=2, max_size=20, unique=True))
@example(["a", "A"])
@example(["a.json", "a"])
@example(["straße", "strasse", "STRASSE"])
@example(["é", "e\u0301"])
@example(["K", "\u212a", "k"])
def test_no_two_ids_have_one_name_even_on_a_disk_that_is_blind_to_case(some):
    names = {file_name(one).casefold() for one in some}

    assert len(names) == len(some)


def test_twins_by_case_are_two_documents(tmp_path):
    write_next(tmp_path, Working((), (annotated("News-1"), annotated("news-1"))))

    names = {path.name.casefold() for path in (tmp_path / "next").iterdir()}
    assert len(names) == 2
    assert [one.id for one in read_next(tmp_path).gold_documents] == ["News-1", "news-1"]
