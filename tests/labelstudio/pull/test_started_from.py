"""What an annotation started from: the suggestions that were shown, and never none where some were."""

from dataclasses import replace

import pytest
from hypothesis import given
from labelstudio.test_tasks import AL, BARE, BOB, through_json
from samples import SCHEMA
from strategies import documents

from curation.documents.document import Entity, Layer
from curation.labelstudio.pull.started_from import UNKNOWN_MODEL, shown_suggestion
from curation.labelstudio.server.port import Prediction
from curation.labelstudio.tasks import to_result, to_task


@given(documents(SCHEMA))
def test_suggestions_survive_the_round_trip(document):
    """Among them the model's own layer, read from the one line that the server keeps."""
    if document.layer is None:
        assert "predictions" not in to_task(document, SCHEMA)
        return
    (prediction,) = through_json(to_task(document, SCHEMA))["predictions"]
    started = shown_suggestion(
        document.without_annotations(), {"prediction": prediction}, SCHEMA
    )

    assert started == replace(document, layer=Layer.parse_model(str(document.layer)))


@pytest.mark.parametrize("snapshot", [{}, None, {"model_version": "newer", "result": []}])
def test_work_that_began_with_suggestions_is_never_taken_for_blind(snapshot):
    """Newer ones may have been pushed meanwhile: then the snapshot isn't of what was shown."""
    (bob,) = through_json(to_result(replace(BARE, entities=(BOB,)), SCHEMA))
    kept, changed, own = ({**bob, "id": name} for name in "xyz")
    kept["origin"], changed["origin"], own["origin"] = (
        "prediction",
        "prediction-changed",
        "manual",
    )

    def started(*result):
        return shown_suggestion(BARE, {"prediction": snapshot, "result": list(result)}, SCHEMA)

    assert started(kept, changed, own) == replace(
        BARE, entities=(Entity(0, 3, "PERSON", "x"),), layer=UNKNOWN_MODEL
    )
    assert started(changed) == replace(BARE, layer=UNKNOWN_MODEL)
    if not snapshot:
        assert started(own) is None


def test_work_is_from_the_suggestions_that_it_shows_and_the_task_still_has():
    """Ids alone say little: each model numbers its own from e1."""
    now, before, other = (
        Prediction(
            id=n,
            task=1,
            model_version=f"m@{n}+w.r",
            result=through_json(to_result(replace(BARE, entities=some), SCHEMA)),
        )
        for n, some in enumerate([(replace(AL, id="a"),), (replace(BOB, id="a"), AL), ()], 1)
    )
    kept = {**before.result[0], "origin": "prediction"}
    changed = {**before.result[0], "origin": "prediction-changed"}
    as_org = {**kept, "value": {**kept["value"], "labels": ["ORG"]}}
    snapshot = {"model_version": now.model_version, "result": now.result}
    given = {"prediction": snapshot, "result": [kept]}

    started = shown_suggestion(BARE, given, SCHEMA, lambda: [now, other, before])
    gone = shown_suggestion(BARE, given, SCHEMA, lambda: [now, other])
    moved = shown_suggestion(BARE, given | {"result": [changed]}, SCHEMA, lambda: [before])
    alike = shown_suggestion(BARE, given | {"result": [as_org]}, SCHEMA, lambda: [before])

    assert started == replace(
        BARE, entities=(BOB, AL), layer=Layer.parse_model(before.model_version)
    )
    assert gone == replace(BARE, entities=(BOB,), layer=UNKNOWN_MODEL)
    assert moved.layer == Layer.parse_model(now.model_version)
    assert alike == replace(BARE, entities=(replace(BOB, label="ORG"),), layer=UNKNOWN_MODEL)
