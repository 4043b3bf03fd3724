"""A schema of another field goes the whole way: built, suggested by, pushed, annotated and pulled."""

import re
import uuid

import pytest
from command_line import run
from gold_samples import read_next
from other_fields import OTHER_FIELDS

from curation.documents.document import Document, Entity, Relation
from curation.flows.init import init
from curation.labelstudio.server.client import HttpStudio
from curation.labelstudio.tasks import to_result
from curation.schema import read_schema
from curation.schema.labeling import labeling_xml

RELATION_TABLES = re.compile(
    r"^\[relations\..*?(?=^\[(?!relations)|\Z)", re.MULTILINE | re.DOTALL
)
FIELDS = {
    **OTHER_FIELDS,
    "No relations": RELATION_TABLES.sub("", OTHER_FIELDS["Science"]),
}
ARTICLES = {
    "Science": "Lena Holm of Uppsala University tested metformin against dementia.",
    "Company": "Oslo-based Nordlys is to acquire Fram for $2 billion, says Ida Moen.",
}
ARTICLES["No relations"] = ARTICLES["Science"]
DRAWN = {
    "Science": [("metformin", "SUBSTANCE"), ("treats", None), ("dementia", "DISEASE")],
    "Company": [("Nordlys", "COMPANY"), ("buys", None), ("Fram", "COMPANY")],
    "No relations": [("metformin", "SUBSTANCE"), ("", None), ("dementia", "DISEASE")],
}


@pytest.mark.parametrize("field", FIELDS)
def test_a_schema_of_another_field_goes_the_whole_way(
    tmp_path, monkeypatch, capsys, label_studio, field
):
    init(tmp_path, "minimal")
    (tmp_path / "label_config" / "schema.toml").write_text(FIELDS[field])
    (tmp_path / "a.txt").write_text(ARTICLES[field])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LABEL_STUDIO_URL", label_studio.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", label_studio.token)
    title = f"{field} {uuid.uuid4()}"
    schema = read_schema(tmp_path / "label_config" / "schema.toml")

    for command in (
        ["schema", "build"],
        ["schema", "check"],
        ["preannotate", "a.txt"],
        ["push", "--project", title],
    ):
        code, _, said = run(capsys, *command)
        assert code == 0, said
    studio = HttpStudio(label_studio.url, label_studio.token)
    project = studio.find_project(title)
    (task,) = studio.tasks(project.id)
    (prediction,) = studio.predictions(project.id, [task.id])
    suggested = {tuple(one["value"]["labels"]) for one in prediction.result if "value" in one}
    head, label, tail = DRAWN[field]
    drawn = _document(task.doc_id, ARTICLES[field], head, label[0], tail)
    studio.annotate(task.id, to_result(drawn, schema))
    pulled, _, said = run(capsys, "pull", "--project", title)
    scored, _, of_scores = run(capsys, "eval", "--gold", "next", "--report", "r.html")

    assert ("PERSON",) in suggested
    assert studio.find_project(title).label_config == labeling_xml(schema).strip()
    assert pulled == 0, said
    assert scored == 0, of_scores
    assert bool(schema.relations) == (field != "No relations")
    (gold,) = read_next(tmp_path / "gold").gold_documents
    assert gold.document.relations == drawn.relations


def _document(identity, text, head, label, tail):
    def entity(number, words, kind):
        start = text.index(words)
        return Entity(start, start + len(words), kind, str(number))

    ends = [entity(number, *one) for number, one in enumerate((head, tail))]
    relations = (Relation(*ends, label),) if label else ()
    return Document(identity, text, tuple(ends), relations)
