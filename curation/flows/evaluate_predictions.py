"""What is scored: a file of documents, or what the baseline suggests."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from curation.documents.document import Document
from curation.documents.stream import DocumentsFile
from curation.errors import UsageError
from curation.gold.scored_gold import GoldSet, under_current_names
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.scoring.given_documents import GivenDocuments


@dataclass(frozen=True)
class Predictions:
    """
    What is scored; of the baseline also what it can emit at all, and its relation step.

    *name* is for people: the file's, or nothing. The documents may be read
    several times. *given* is the file, None for the baseline. *trained_on*
    has, by the weights of models known to be trained, the SHA-256 of the texts that these were trained on.
    """

    documents: Iterable[Document]
    name: str = ""
    emittable: Collection[str] | None = None
    relate: Callable[[Document], Document] | None = None
    given: GivenDocuments | None = None
    trained_on: Mapping[str, frozenset[str]] = field(default_factory=dict)


def choose_predictions(
    truth: GoldSet,
    schema: Schema,
    *,
    file: Path | None = None,
    model: str | None = None,
    workers: int = 1,
    watch: Watch = unwatched,
) -> Predictions:
    """The documents of *file*, else the baseline's suggestions on the gold's own texts."""
    if file is not None:
        if model:
            raise UsageError(
                "--model and --predictions were both given; eval scores one of the two",
                hint="leave one of them out; --against compares two",
            )
        given = GivenDocuments(file)
        documents = truth.without_others(under_current_names(given, schema))
        return Predictions(documents, file.name, given=given)
    from curation.preannotate import suggest_all
    from curation.preannotate.model_files import chosen_model
    from curation.preannotate.pipeline import load_located_model

    pipeline = load_located_model(chosen_model(schema, model))
    bare = (document.without_annotations() for document in truth.documents)
    suggested = suggest_all(bare, schema, model=model, workers=workers)
    return Predictions(
        DocumentsFile.from_documents(watch(suggested, "pre-annotating", truth.document_count)),
        emittable=pipeline.suggestible_types(schema),
        relate=lambda document: pipeline.relate(document, schema),
    )
