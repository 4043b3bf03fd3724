"""``manifest.json`` of a sealed version: everything that is known of the version besides its rows."""

import json
from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from curation.annotations.effort import Effort
from curation.documents.document import Layer, LayerKind
from curation.errors import GoldError
from curation.schema.model import Schema, TypeNames

# What the numbers of annotations by guideline and by platform call those of which nobody knows.
NOT_RECORDED = "unknown"

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

    def joins_as(self, other: "RelationTypeEntry") -> bool:
        """Whether both may join the same types; wording doesn't count."""
        signatures = [(set(one.head), set(one.tail), one.symmetric) for one in (self, other)]
        return signatures[0] == signatures[1]


class SchemaEntry(_Strict):
    """The schema that a version was sealed under; *entities* gives each type's definition."""

    fingerprint: str
    entities: dict[str, str]
    relations: dict[str, RelationTypeEntry]

    @classmethod
    def of(cls, schema: Schema) -> "SchemaEntry":
        """What a manifest says of this schema."""
        relations = {
            kind.name: RelationTypeEntry(
                definition=kind.definition,
                head=list(kind.head),
                tail=list(kind.tail),
                symmetric=kind.symmetric,
            )
            for kind in schema.relations.values()
        }
        return cls(
            fingerprint=schema.fingerprint,
            entities={kind.name: kind.definition for kind in schema.entities.values()},
            relations=relations,
        )

    @property
    def symmetric(self) -> frozenset[str]:
        """The names of the relations without direction."""
        return frozenset(name for name, kind in self.relations.items() if kind.symmetric)


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

    @property
    def layer(self) -> Layer:
        """The same as a value."""
        return Layer(**self.model_dump())


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


class FigureEntry(_Strict):
    """A score with its 95 % interval, whose ends are None where there is none."""

    value: float
    lower: float | None = None
    upper: float | None = None


class AgreementTypeEntry(_Strict):
    """How well annotators agreed on a type: the strict F1 (None of nothing), and how many *both* and *one* alone marked."""

    f1: FigureEntry | None = None
    both: int
    one: int


class AgreementEntry(_Strict):
    """
    How well annotators agreed: the strict F1 of their first submissions, over *documents* documents.

    *by_type* has the types that anybody marked; versions that were sealed before it lack it.
    """

    f1: FigureEntry
    documents: int
    by_type: dict[str, AgreementTypeEntry] = Field(default_factory=dict)


class BaselineScoreEntry(_Strict):
    """What the baseline finds of a version or a split: counts, and the F1 that follows from them."""

    documents: int
    gold: int
    predicted: int
    correct: int
    f1: FigureEntry | None = None


# The documents that the baseline's rules never saw, where they saw others.
UNSEEN = "unseen"


class BaselineEntry(_Strict):
    """
    The baseline model, and its scores on the version.

    *scores* has them by part, then by kind (entities or relations), then by scheme, with the names of
    the scores' JSON. Parts are the splits, ``all`` for the whole version, and ``unseen``.
    """

    model: LayerEntry
    scores: dict[str, dict[str, dict[str, BaselineScoreEntry]]]


class GroupsEntry(_Strict):
    """
    Groups of more than one document: near-copies, and articles that tell the same story.

    *several* gives the ids of each such group's documents by the group's name, *bridges* the groups
    of sealed versions that a document joins, by id; the oldest of these, which comes first, took it.
    """

    several: dict[str, list[str]]
    bridges: dict[str, list[str]] = Field(default_factory=dict)


class LeakEntry(_Strict):
    """
    Near copies in different splits, which were allowed to be.

    *shared* is the share of the shorter text's runs of five words that both have.
    """

    document: str
    split: str
    other: str
    other_split: str
    shared: float

    @property
    def documents(self) -> frozenset[str]:
        """The ids of the two documents."""
        return frozenset((self.document, self.other))


class EditionEntry(_Strict):
    """
    Of which sealed version a published one is the edition, and what was left out of its rows.

    *manifest_sha256* is the hash of the sealed version's manifest. *texts_omitted* gives the reason by
    document; *notes_omitted* counts notes, which only an older curate sealed, *addresses_omitted* are the
    documents with an address that isn't public, *rows_omitted* counts the rows of each view that held
    omitted text.
    """

    manifest_sha256: str
    texts_omitted: dict[str, str]
    notes_omitted: int = 0
    addresses_omitted: list[str] = Field(default_factory=list)
    rows_omitted: dict[str, int] = Field(default_factory=dict)


class Manifest(_Strict):
    """
    What is known of a sealed version besides its rows.

    *models* are the layers whose suggestions annotators saw, *ingest* the versions of ``curate
    ingest`` that made the texts, *agreement* the lines that say how well annotators agreed,
    *effort* what they did (None for a version sealed before it was counted), *taken_back* how many first
    submissions the lines are about that the rows lack, since they were deleted or skipped, and *files* the sha256 of each file by name.

    Versions that are older than a field lack it, and the JSON lacks what is as by default:
    *released* is the day (UTC), *doubts* the lines that say how many doubts annotators noted, *fractions* the share of each split, *agreement_figures* the agreement
    on entities and on relations, *views* counts what is special in each view, by the view's name,
    *guidelines* and *platforms* count annotations by the hash of the guideline, and by the program, that
    they were made by, ``unknown`` where nobody knows;
    *licenses* and *kept_out_licenses* count documents of the gold, and those with annotations alone.

    *edition* is there where the version was published without some texts: then *files* are those of
    the edition, and everything else is as it was sealed.
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
    doubts: list[str] = Field(default_factory=list)
    counts: ManifestCounts
    files: dict[str, str]
    released: str = ""
    fractions: dict[str, float] = Field(default_factory=dict)
    groups: GroupsEntry | None = None
    leaks: list[LeakEntry] = Field(default_factory=list)
    guidelines: dict[str, int] = Field(default_factory=dict)
    platforms: dict[str, int] = Field(default_factory=dict)
    views: dict[str, dict[str, int | float | str]] = Field(default_factory=dict)
    agreement_figures: dict[str, AgreementEntry] = Field(default_factory=dict)
    baseline: BaselineEntry | None = None
    licenses: dict[str, int] = Field(default_factory=dict)
    kept_out_licenses: dict[str, int] = Field(default_factory=dict)
    edition: EditionEntry | None = None

    @property
    def texts_omitted(self) -> Mapping[str, str]:
        """Why a document has no text in this edition, by id; empty for a version as it was sealed."""
        return self.edition.texts_omitted if self.edition else {}

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
        return [entry.layer for entry in self.models]

    def to_text(self) -> str:
        """The content of ``manifest.json``, indented for people."""
        form = self.model_dump(by_alias=True)
        for name, field in type(self).model_fields.items():
            # What has nothing to say is left out, as before there was such a field.
            if name != "format" and not field.is_required() and not getattr(self, name):
                del form[name]
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
