"""The schemas of other fields in docs/schema.md are sound, and say all that an annotator needs."""

import pytest
from colours import SEEN_BY, rgb, too_close
from other_fields import OTHER_FIELDS
from samples import ROOT

from curation.documents.document import Document
from curation.preannotate.model_files import locate_model
from curation.preannotate.model_gaps import model_gaps
from curation.preannotate.pipeline import load_pipeline
from curation.schema.guidelines import guidelines_md
from curation.schema.labeling import labeling_xml
from curation.schema.read import parse_schema


@pytest.fixture(params=list(OTHER_FIELDS), name="schema")
def _schema(request):
    return parse_schema(OTHER_FIELDS[request.param], ROOT / "docs" / "schema.md")


def test_there_are_two_fields():
    assert list(OTHER_FIELDS) == ["Science", "Company"]


def test_every_type_is_in_the_guideline_and_on_the_screen(schema):
    guideline = guidelines_md(schema)
    screen = labeling_xml(schema)

    for kind in (*schema.entities.values(), *schema.relations.values()):
        assert f"### {kind.name}" in guideline
        assert f'value="{kind.name}"' in screen
        assert all("[" in one for one in (*kind.examples_in, *kind.examples_out))
        assert all(" — " in one for one in kind.examples_out)


@pytest.mark.parametrize("people", SEEN_BY)
def test_colours_stay_apart(schema, people):
    for types in (schema.entities, schema.relations):
        colors = {name: rgb(kind.color) for name, kind in types.items()}
        assert too_close(colors, people, 20) == {}


def test_what_is_drawn_by_hand_is_told(schema):
    told = " ".join(gap.partition(":")[0] for gap in model_gaps(locate_model(), schema))

    by_hand = {name for name in (*schema.entities, *schema.relations) if f" {name}" in told}
    assert by_hand in (
        {"JOURNAL", "SUBSTANCE", "SPECIES", "DISEASE", *schema.relations},
        {*schema.relations} - {"based_in"},
    )


def test_a_former_name_lets_the_rules_take_a_type_for_theirs():
    schema = parse_schema(OTHER_FIELDS["Company"], ROOT / "docs" / "schema.md")
    document = Document("d", "Oslo-based Nordea said that profits rose.")

    found = load_pipeline().suggest(document, schema)

    (relation,) = found.relations
    assert (relation.head.label, relation.label, relation.tail.label) == ("COMPANY", "based_in", "PLACE")  # fmt: skip
