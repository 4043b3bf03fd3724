"""A release says everything that stands in its way at once, and writes nothing then."""

from dataclasses import replace

import msgspec
import pytest
from annotated_project import ORG, AnnotatedProject
from gold_samples import annotated, files, released, working, write_dataset_facts, write_next
from samples import SCHEMA

from curation.errors import GoldError
from curation.flows.release import ReleaseOptions, release
from curation.gold.working_version import NEXT
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
def test_a_number_may_be_larger_than_fits_but_not_smaller(tmp_path, asked, said):
    place = Workspace(tmp_path / "gold", tmp_path / ".curate")
    write_next(place.gold, working(annotated("d1")))
    released(place)
    write_next(place.gold, working(annotated("d1"), annotated("d2")))
    options = ReleaseOptions(version=asked)

    if said is None:
        assert release(place, SCHEMA, options).version == asked
        return
    with pytest.raises(GoldError) as error:
        release(place, SCHEMA, options)
    assert str(error.value) == f"{asked}: {said}"


def test_a_licence_of_a_document_without_gold_is_read_too(tmp_path):
    """The text of the document is in the rows of its annotations."""
    place = Workspace(tmp_path / "gold", tmp_path / ".curate")
    differing = [
        annotated("d2", labels=labels, annotator=by, license="mine")
        for labels, by in ((("GPE",), "person-1"), (("ORG",), "person-2"))
    ]
    write_next(place.gold, working(annotated("d1"), *differing))

    with pytest.raises(GoldError, match="d2: the licence is 'mine'"):
        released(place)
    assert {path.name for path in place.gold.iterdir()} == {NEXT, "dataset.toml"}
