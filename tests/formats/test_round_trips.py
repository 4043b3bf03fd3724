"""Laws of all formats: what is written can be read again, but for what was counted as lost."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import ROOT, SCHEMA
from strategies import documents

from curation.documents.document import Document
from curation.errors import Problems
from curation.formats import losses as kinds
from curation.formats.all_formats import FORMATS
from curation.formats.losses import Losses
from curation.formats.shape import FormatName

READABLE = [name for name, one in FORMATS.items() if one.read]


def written(name, some, folder: Path) -> tuple[Path, Losses]:
    """The documents as a file or folder of this format."""
    losses = Losses()
    target = folder / "out"
    if FORMATS[name].output == "folder":
        target.mkdir()
    for part in FORMATS[name].write(some, SCHEMA, losses):
        with (target / part.file if part.file else target).open("ab") as stream:
            stream.write(part.content)
    return target, losses


def read(name, path: Path) -> tuple[list, Losses, Problems]:
    losses, problems = Losses(), Problems()
    found = list(FORMATS[name].read(path, SCHEMA, losses, problems))
    return found, losses, problems


def spans_and_arrows(document: Document):
    return document.text, document.entities, SCHEMA.canonical(document).relations


def scores(document: Document):
    return [entity.score for entity in document.entities]


@pytest.mark.parametrize("name", READABLE)
@given(data=st.data())
def test_what_is_written_and_read_again_is_the_same_but_for_what_was_counted(name, data):
    some = data.draw(
        st.lists(
            documents(SCHEMA), min_size=1, max_size=3, unique_by=lambda one: one.id.lower()
        )
    )

    with TemporaryDirectory() as folder:
        path, lost = written(name, some, Path(folder))
        found, lost_again, problems = read(name, path)

    assert list(problems.shown) == []
    assert not lost_again.counts
    back = {one.document.id: one.document for one in found}
    assert back.keys() == {one.id for one in some}
    missing = sum(len({*one.entities} - {*back[one.id].entities}) for one in some)
    assert missing == lost.counts.get(kinds.NOT_ALIGNED, 0)
    for one in some:
        if not lost.counts.get(kinds.NOT_ALIGNED):
            assert spans_and_arrows(back[one.id]) == spans_and_arrows(one)
        assert back[one.id].text == one.text
        if kinds.NO_MODEL not in lost.counts and one.layer and one.layer.kind == "model":
            assert back[one.id].layer == one.layer
        if not {kinds.NO_SCORES, kinds.NOT_ALIGNED} & lost.counts.keys():
            assert scores(back[one.id]) == scores(one)
        if kinds.NO_META not in lost.counts:
            assert back[one.id].meta == one.meta


def test_the_table_of_the_docs_has_every_format_and_says_which_can_be_imported():
    rows = re.findall(
        r"^\| `(\w+)` \|[^|]*\| (yes|no) \|", (ROOT / "docs" / "formats.md").read_text(), re.M
    )

    assert dict(rows) == {name: "yes" if one.read else "no" for name, one in FORMATS.items()}
    assert FORMATS.keys() == {*get_args(FormatName)}
