"""Label Studio's JSON: a list of tasks, as its import takes and its export gives them."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from curation.documents.document import Document, Layer
from curation.errors import InputError, Problem, Problems, abbreviate
from curation.files import Json, json_line, read_text
from curation.formats.losses import Losses, LossKind
from curation.formats.shape import FilePart, FoundDocument, has_model, parse_found
from curation.labelstudio.json_values import as_list, as_object
from curation.labelstudio.tasks import article_data, to_prediction, to_result
from curation.schema import Schema
from curation.schema.labeling import FLAGS_TAG
from curation.strict_json import parse_json

OTHER_REGIONS = LossKind(
    "region", "left out, as it is neither a span with a label nor a flag of ours"
)
SKIPPED = LossKind("annotation", "left out, as its annotator skipped the task")
ONLY_NUMBERS = LossKind(
    "suggestion", "left out, as the export has no more of it than its number"
)
UNUSED = LossKind("suggestion", "left out, as somebody annotated the task")


def write_labelstudio(
    documents: Iterable[Document], schema: Schema, losses: Losses
) -> Iterator[FilePart]:
    """A task a document: a model's work as suggestions, anybody else's as an annotation."""
    separator = "["
    for document in documents:
        task: Json = {"data": article_data(document)}
        if has_model(document):
            task["predictions"] = [to_prediction(document, schema)]
        elif document.layer or document.entities:
            task["annotations"] = [{"result": to_result(document, schema)}]
        yield FilePart("", f"{separator}\n{json_line(task)}".encode())
        separator = ","
    yield FilePart("", b"[]\n" if separator == "[" else b"\n]\n")


def read_labelstudio(
    path: Path, schema: Schema, losses: Losses, problems: Problems
) -> Iterator[FoundDocument]:
    """Each annotation of each task, and the suggestions of tasks that nobody annotated."""
    for number, task in enumerate(_tasks(path), start=1):
        place = f"{path}, task {number}"
        if not isinstance(task, dict):
            problems.append(Problem(place, f"{abbreviate(task)} is no task"))
            continue
        annotations = [as_object(one) for one in as_list(task.get("annotations"))]
        predictions = [one for one in as_list(task.get("predictions")) if isinstance(one, dict)]
        losses.add(
            ONLY_NUMBERS, place, len(as_list(task.get("predictions"))) - len(predictions)
        )
        skipped = [one for one in annotations if one.get("was_cancelled")]
        losses.add(SKIPPED, place, len(skipped))
        submitted = [one for one in annotations if not one.get("was_cancelled")]
        losses.add(UNUSED, place, len(predictions) if submitted else 0)
        for one in submitted or predictions or [{}]:
            layer = None
            if not submitted and predictions:
                layer = Layer.parse_model(str(one.get("model_version") or "unknown"))
            reader = _ResultReader(place, losses, problems)
            found = _article(task, number) | reader.read(as_list(one.get("result")), schema)
            if layer:
                found["layer"] = layer.to_json()
            document = parse_found(found, place, problems)
            if document:
                yield FoundDocument(
                    place=place,
                    document=document,
                    annotator=_annotator(one.get("completed_by")),
                    flags=tuple(sorted(reader.flags)),
                    is_suggested=not submitted,
                )


def _tasks(path: Path) -> list[object]:
    try:
        tasks = parse_json(read_text(path))
    except ValueError as error:
        raise InputError(f"{path}: {error}", hint="export as JSON in Label Studio") from None
    if not isinstance(tasks, list):
        raise InputError(
            f"{path}: {abbreviate(tasks)} is no list of tasks",
            hint="export as JSON in Label Studio",
        )
    return tasks


def _article(task: Json, number: int) -> Json:
    data = as_object(task.get("data"))
    identity = data.get("doc_id") or f"task-{task.get('id', number)}"
    return {"id": identity, "text": data.get("text"), "meta": data.get("meta") or {}}


def _annotator(account: object) -> str:
    """Who annotated, by the e-mail address where there is one, else by the account's number."""
    if isinstance(account, Mapping):
        return str(account.get("email") or _annotator(account.get("id")))
    return f"account {account}" if account else ""


class _ResultReader:
    """Reads a result as entities and relations of the interchange format, whatever the config's names."""

    def __init__(self, place: str, losses: Losses, problems: Problems) -> None:
        self.place = place
        self.losses = losses
        self.problems = problems
        self.flags: set[str] = set()

    def read(self, result: list[object], schema: Schema) -> Json:
        entities = []
        relations: list[Json] = []
        for region in map(as_object, result):
            value = as_object(region.get("value"))
            match region.get("type"):
                case "labels":
                    entities.append(self._entity(region, value))
                case "relation":
                    relations += self._relations(region, schema)
                case "choices" if region.get("from_name") == FLAGS_TAG:
                    self.flags.update(str(one) for one in as_list(value.get("choices")))
                case _:
                    self.losses.add(OTHER_REGIONS, self.place)
        return {"entities": entities, "relations": relations}

    def _entity(self, region: Json, value: Json) -> Json:
        labels = as_list(value.get("labels"))
        if len(labels) != 1:
            what = f"the region {abbreviate(region.get('id'))} has {len(labels)} labels; one is allowed"
            self.problems.append(Problem(self.place, what))
        entity = {
            "id": region.get("id"),
            "start": value.get("start"),
            "end": value.get("end"),
            "label": labels[0] if labels else "?",
        }
        return entity | ({} if region.get("score") is None else {"score": region["score"]})

    def _relations(self, region: Json, schema: Schema) -> Iterator[Json]:
        head = region.get("from_id")
        tail = region.get("to_id")
        if region.get("direction") == "left":
            head, tail = tail, head
        for label in as_list(region.get("labels")):
            if region.get("direction") == "bi" and label not in schema.symmetric:
                what = f"an arrow points both ways, but {abbreviate(label)} has a direction"
                self.problems.append(Problem(self.place, what))
            yield {"head": head, "tail": tail, "label": label}
