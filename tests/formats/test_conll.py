"""CoNLL: the lines that readers of CoNLL-2003 take, sound IOB2, and everything that is lost."""

from hypothesis import given
from samples import SCHEMA
from strategies import documents

from curation.documents.document import Document, Entity, Relation
from curation.formats import losses as kinds
from curation.formats.conll import write_conll
from curation.formats.losses import Losses

TEXT = "Bob Smith left.\n\nAl of New\nYork stayed."
BOB, SMITH, YORK = Entity(0, 9, "PERSON"), Entity(4, 9, "ORG"), Entity(23, 31, "GPE")


def lines_of(*some) -> tuple[list[str], Losses]:
    losses = Losses()
    content = b"".join(part.content for part in write_conll(some, SCHEMA, losses))
    return content.decode().split("\n"), losses


def test_the_lines_are_those_of_conll_2003():
    lines, losses = lines_of(
        Document("d", TEXT, (BOB, SMITH, YORK), (Relation(BOB, YORK, "x"),))
    )

    assert [line.replace(" -X- -X- ", " ") for line in lines] == [
        "-DOCSTART- O", "",
        "Bob B-PERSON", "Smith I-PERSON", "left O", ". O", "",
        "Al O", "of O", "New B-GPE", "York I-GPE", "stayed O", ". O", "", "",
    ]  # fmt: skip
    assert losses.counts == {
        kinds.OVERLAPPING: 1, kinds.NO_RELATIONS: 1, kinds.NO_IDS: 1, kinds.SPACING: 1,
    }  # fmt: skip


@given(documents(SCHEMA))
def test_every_line_has_four_columns_and_the_tags_hold_all_that_isnt_counted(document):
    lines, losses = lines_of(document)

    tags = []
    for line in lines:
        columns = line.split(" ")
        assert line == "" or (len(columns) == 4 and all(columns))
        tags.append(columns[-1] or "O")
    begun = sum(tag.startswith("B-") for tag in tags)
    lost = sum(losses.counts.get(one, 0) for one in (kinds.NOT_ALIGNED, kinds.OVERLAPPING))
    assert begun == len(document.entities) - lost
    for before, tag in zip(["O", *tags], tags, strict=False):
        assert not tag.startswith("I-") or before[2:] == tag[2:]
