"""``manifest.json`` of a sealed version: everything that is known of the version besides its rows."""

import json
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from curation.annotations.effort import Effort
from curation.documents.document import Layer, LayerKind
from curation.errors import GoldError
from curation.schema.model import TypeNames

# A manifest isn't mended by hand, so an error shows only the first faults.
_SHOWN_FAULTS = 3


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class RelationTypeEntry(_Strict):
    """A relation type of the schema; *head* and *tail* are names of entity types."""

    definition: str
    head: list[str]
    tail: list[str]
    symmetric: bool


class SchemaEntry(_Strict):
    """The schema that a version was sealed under; *entities* gives each type's definition."""

    fingerprint: str
    entities: dict[str, str]
    relations: dict[str, RelationTypeEntry]


class ManifestCounts(_Strict):
    """Numbers of documents, by split too, of annotations, and of entities and relations by type."""

    documents: int
    annotations: int
    splits: dict[str, int]
    entities: dict[str, int]
    relations: dict[str, int]


class LayerEntry(_Strict):
    """A layer whose suggestions annotators saw; empty fields are left out of the JSON."""

    kind: LayerKind
    name: str = ""
    version: str = ""
    weights: str = ""
    rules: str = ""


class EffortEntry(_Strict):
    """
    The sum over all annotators who are people: what stayed as suggested, and how long texts took.

    *unchanged* of *from_suggestion* annotations mark exactly what their suggestion did. The median
    of the seconds per 100 words is that of *timed* annotations.
    """

    annotations: int
    from_suggestion: int
    unchanged: int
    timed: int
    seconds_per_100_words: float | None

    @property
    def effort(self) -> Effort:
        """The same as a value."""
        return Effort(**self.model_dump())


class Manifest(_Strict):
    """
    What is known of a sealed version besides its rows.

    *models* are the layers whose suggestions annotators saw, *ingest* the versions of ``curate
    ingest`` that made the texts, *agreement* the lines that say how well annotators agreed,
    *effort* what they did (None for a version sealed before it was counted), *taken_back* how many first
    submissions the lines are about that the rows lack, since they were deleted or skipped, and *files* the sha256 of each file by name.
    """

    format: Literal[1] = 1
    version: str
    digest: str
    types: SchemaEntry = Field(alias="schema")
    guideline_sha256: str
    curate: str
    ingest: list[str]
    models: list[LayerEntry]
    agreement: list[str]
    effort: EffortEntry | None = None
    taken_back: int = 0
    counts: ManifestCounts
    files: dict[str, str]

    @property
    def type_names(self) -> TypeNames:
        """The names of the schema's types."""
        return TypeNames(frozenset(self.types.entities), frozenset(self.types.relations))

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the schema."""
        return self.types.fingerprint

    @property
    def layers(self) -> list[Layer]:
        """The layers whose suggestions annotators saw."""
        return [Layer(**entry.model_dump()) for entry in self.models]

    def to_text(self) -> str:
        """The content of ``manifest.json``, indented for people."""
        form = self.model_dump(by_alias=True)
        if self.effort is None:  # as before there was any
            del form["effort"]
        if not self.taken_back:
            del form["taken_back"]
        form["models"] = [layer.to_json() for layer in self.layers]
        return json.dumps(form, ensure_ascii=False, indent=2) + "\n"


def parse_manifest(raw: bytes, place: str) -> Manifest:
    """The manifest in *raw*, the content of the file *place*; GoldError where *raw* is no manifest."""
    try:
        return Manifest.model_validate_json(raw)
    except ValidationError as error:
        faults = error.errors(include_url=False)[:_SHOWN_FAULTS]
        sentences = (f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in faults)
        shown = "; ".join(sentence.removeprefix(": ") for sentence in sentences)
        hint = f"git checkout {place}"
        raise GoldError(f"{place}: not a manifest: {shown}", hint=hint) from None
