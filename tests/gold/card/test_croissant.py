"""croissant.json names every file and column of the newest version, and says how it was made."""

import hashlib
import json
import subprocess

import pyarrow.parquet
import pytest
from annotated_project import AnnotatedProject
from gold_samples import annotated, many, released, sealed, working
from package_environments import environment_python
from samples import ROOT

from curation.gold.edition.outgoing import outgoing_files

# Reads all records with the network shut, and prints them without the paths before the fields' names.
READ = """
import json, socket, sys
def refuse(*_): raise AssertionError("the network")
socket.socket.connect = refuse
import mlcroissant

def plain(value):
    if isinstance(value, dict):
        return {name.rsplit("/", 1)[-1]: plain(inner) for name, inner in value.items()}
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if isinstance(value, bytes):
        return value.decode()
    return None if value != value else value

dataset = mlcroissant.Dataset(sys.argv[1])
json.dump(
    {
        "warnings": sorted(dataset.metadata.ctx.issues.warnings),
        "records": {
            one.id: [plain(record) for record in dataset.records(one.id)]
            for one in dataset.metadata.record_sets
        },
    },
    sys.stdout,
)
"""


@pytest.fixture(scope="module", name="gold")
def _gold(tmp_path_factory):
    """A version with every split and annotations, blind ones too, and a document without gold."""
    gold = tmp_path_factory.mktemp("croissant") / "gold"
    some = [*many(30), annotated("d0", annotator="person-1", suggestion=None)]
    differ = [annotated("e1", labels=("ORG",)), annotated("e1", annotator="person-1")]
    sealed(gold, working(*some, *differ))
    return gold


@pytest.fixture(name="edition")
def _edition(gold, tmp_path):
    """What is published of the version without any text."""
    for path, raw in outgoing_files(gold, "0.1.0", omit_all=True).files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(raw)
    return tmp_path


@pytest.fixture(name="croissant")
def _croissant(gold):
    return json.loads((gold / "croissant.json").read_text())


def test_every_file_is_named_with_its_hash_and_size(gold, croissant):
    files = sorted((gold / "0.1.0").glob("*.parquet"))

    assert {
        one["contentUrl"]: (one["sha256"], one["contentSize"])
        for one in croissant["distribution"]
    } == {
        f"0.1.0/{path.name}": (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            f"{path.stat().st_size} B",
        )
        for path in files
    }


def test_every_column_is_a_field(gold, croissant):
    columns = {
        f"0.1.0/{path.name}": pyarrow.parquet.read_schema(path).names
        for path in (gold / "0.1.0").glob("*.parquet")
    }

    for records in croissant["recordSet"]:
        fields = [field["name"] for field in records["field"]]
        assert fields == columns[_file(records["field"][0])]
    assert len(croissant["recordSet"]) == len(columns)


def _file(field):
    """The file that a field, or the first of its own fields, comes from."""
    return (
        field["source"]["fileObject"]["@id"]
        if "source" in field
        else _file(field["subField"][0])
    )


def test_identifiers_are_unique(croissant):
    found = []

    def collect(part):
        if isinstance(part, dict):
            if "@type" in part and "@id" in part:
                found.append(part["@id"])
            for inner in part.values():
                collect(inner)
        elif isinstance(part, list):
            for inner in part:
                collect(inner)

    collect({name: part for name, part in croissant.items() if name != "@context"})

    assert len(found) == len(set(found))


def test_how_it_was_made_is_said_for_responsible_ai(croissant):
    assert croissant["conformsTo"] == [
        "http://mlcommons.org/croissant/1.0",
        "http://mlcommons.org/croissant/RAI/1.0",
    ]
    assert croissant["rai:dataCollection"] == "The first articles of one day."
    assert croissant["rai:annotationsPerItem"] == "29 documents with 1; 1 document with 2"
    assert "1 person and by 1 language model" in croissant["rai:annotatorDemographics"][0]
    assert croissant["rai:machineAnnotationTools"] == ["en_core_web_sm@3.8.0+cd93e9ca9126.a1b2"]
    assert any("stayed out of the gold" in one for one in croissant["rai:dataLimitations"])
    assert any("pseudonyms" in one for one in croissant["rai:personalSensitiveInformation"])
    assert croissant["license"] == [
        "https://creativecommons.org/licenses/by/2.5/",
        "https://creativecommons.org/licenses/by/4.0/",
    ]
    assert [one["@type"] for one in croissant["creator"]] == ["sc:Person", "sc:Organization"]


@pytest.fixture(scope="module", name="adjudicated")
def _adjudicated(tmp_path_factory):
    """A version with a verdict, whose decisions are lists in lists."""
    made = AnnotatedProject(tmp_path_factory.mktemp("adjudicated"), documents=2)
    made.submit(1)
    made.differ(1)
    made.decide(1)
    made.pull()
    released(made.place)
    return made.place.gold


def as_read(value, *, depth=0):
    """A value as Croissant's program reads it: a struct of nothing is nothing, and what is in lists of lists isn't there."""
    if isinstance(value, dict):
        deep = {name for name, part in value.items() if _has_structs(part)} if depth else set()
        read = {
            name: as_read(part, depth=depth + 1)
            for name, part in value.items()
            if name not in deep
        }
        return read if any(part is not None for part in read.values()) else None
    if isinstance(value, list):
        read = [as_read(part, depth=depth + 1) for part in value]
        return None if read == [None] else read
    return value


def _has_structs(value):
    return isinstance(value, list) and any(isinstance(part, dict) for part in value)


@pytest.mark.long
@pytest.mark.parametrize("which", ["gold", "adjudicated", "shipped", "edition"])
def test_its_own_program_finds_it_valid_and_reads_every_record(which, request):
    """All that the Parquet files have, nested fields too, without the network."""
    folder = ROOT / "gold" if which == "shipped" else request.getfixturevalue(which)
    python = environment_python("mlcroissant==1.1.1", "pyarrow")
    read = subprocess.run(
        [python, "-I", "-c", READ, folder / "croissant.json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert read.returncode == 0, read.stderr
    found = json.loads(read.stdout)

    croissant = json.loads((folder / "croissant.json").read_text())
    assert all("datePublished" in warning for warning in found["warnings"])
    assert len(found["records"]) == len(croissant["distribution"])
    for records in croissant["recordSet"]:
        path = folder / _file(records["field"][0])
        rows = pyarrow.parquet.read_table(path).to_pylist()
        read = found["records"][records["@id"]]
        assert len(read) == len(rows)
        for one, row in zip(read, rows, strict=True):
            for column, value in row.items():
                assert as_read(one[column]) == as_read(value), column
