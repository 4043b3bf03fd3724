"""doccano: offsets in UTF-16 units, users by their files, metadata beside."""

import json
from zipfile import ZipFile

import pytest
from samples import SCHEMA

from curation.documents.document import Document, Entity, Relation
from curation.errors import InputError, Problems
from curation.formats import doccano
from curation.formats.doccano import read_doccano, write_doccano
from curation.formats.losses import BOTH_WAYS, Losses

BOB, AL = Entity(3, 6, "PERSON"), Entity(11, 13, "PERSON")
TEXT = "😀😀 Bob met Al"


def read(path):
    losses, problems = Losses(), Problems()
    found = list(read_doccano(path, SCHEMA, losses, problems))
    return found, losses, [str(one).replace(f"{path.parent}/", "") for one in problems.shown]


def line(**fields) -> str:
    return json.dumps({"text": "Bob met Al", "entities": [], "relations": [], **fields}) + "\n"


def test_offsets_are_utf16_units_as_in_a_browser():
    document = Document(
        "d", TEXT, (BOB, AL), (Relation(BOB, AL, "meets_with"),), {"title": "x"}
    )
    losses = Losses()

    (part,) = write_doccano([document], SCHEMA, losses)

    said = json.loads(part.content)
    javascript = TEXT.encode("utf-16-le")
    spans = [(one["start_offset"], one["end_offset"]) for one in said["entities"]]
    words = [javascript[2 * start : 2 * end].decode("utf-16-le") for start, end in spans]
    assert words == ["Bob", "Al"]
    arrows = [(one["from_id"], one["to_id"], one["type"]) for one in said["relations"]]
    assert arrows == [(1, 2, "meets_with"), (2, 1, "meets_with")]
    assert losses.counts == {BOTH_WAYS: 1}
    assert losses.remarks == {doccano.UNITS: 1}


def test_no_two_entities_of_a_file_have_one_number():
    some = [Document(name, "Bob met Al", (Entity(0, 3, "PERSON"),)) for name in "ab"]

    parts = write_doccano(some, SCHEMA, Losses())

    assert [json.loads(part.content)["entities"][0]["id"] for part in parts] == [1, 2]


def test_an_offset_inside_of_a_character_is_told(tmp_path):
    path = tmp_path / "d.jsonl"
    entity = {"id": 1, "label": "PERSON", "start_offset": 1, "end_offset": 4}
    path.write_text(line(text=TEXT, entities=[entity]))

    said = "d.jsonl:1: the offset 1 lies inside of a character; doccano counts UTF-16 units"
    assert read(path)[2] == [said]


@pytest.mark.parametrize("kind", ["folder", "archive"])
def test_users_are_the_annotators(tmp_path, kind):
    files = {f"{name}.jsonl": line(id=7, src="x") for name in ("anna", "all")}
    if kind == "folder":
        path = tmp_path / "export"
        path.mkdir()
        for name, content in files.items():
            (path / name).write_text(content)
    else:
        path = tmp_path / "export.zip"
        with ZipFile(path, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)

    found, _, problems = read(path)

    assert problems == []
    assert [one.annotator for one in found] == ["", "anna"]
    assert {(one.document.id, one.document.meta["src"]) for one in found} == {
        ("doccano-7", "x")
    }
    assert found[1].place.endswith(f"{path.name}/anna.jsonl:1")


def test_lists_of_labels_are_read_too(tmp_path):
    path = tmp_path / "d.jsonl"
    path.write_text(line(id=1, label=[[0, 3, "PERSON"]]) + line(id=2, label=[["x"]]))

    found, _, problems = read(path)

    assert [one.document.entities for one in found] == [(Entity(0, 3, "PERSON"),)]
    assert problems == ["d.jsonl:2: ['x'] is no [start, end, label]"]


def test_what_is_no_archive_is_a_sentence(tmp_path):
    path = tmp_path / "d.zip"
    path.write_text("no")

    with pytest.raises(InputError, match=r"d\.zip: not a ZIP archive"):
        read(path)
