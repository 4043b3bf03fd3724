"""The form of schema.toml: which tables and keys may stand in it, and what each of them takes."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from curation.schema.model import GuidelineRule, ModelRelations

_Text = Annotated[str, Field(min_length=1)]
_Examples = Annotated[tuple[_Text, ...], Field(min_length=2, strict=False)]
_Color = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
# In Label Studio's editor the key u unselects the span.
_Hotkey = Annotated[str, Field(pattern=r"^[a-tv-z0-9]$")]
# A flag may take its document out of the gold, which no slip on one key should do. A flag without a
# key gets a letter from Label Studio.
_FlagHotkey = Annotated[str, Field(pattern=r"^((ctrl|alt|shift)\+)+[a-z0-9]$")]
_TypeNames = Annotated[tuple[_Text, ...], Field(min_length=1, strict=False)]
_Strings = Annotated[tuple[_Text, ...], Field(strict=False)]


class TableForm(BaseModel):
    """A table, in which no other keys may stand."""

    model_config = ConfigDict(extra="forbid", strict=True)

    @classmethod
    def keys(cls) -> list[str]:
        """The keys that the table may have, as they are written."""
        return [field.alias or name for name, field in cls.model_fields.items()]


class RuleForm(TableForm):
    """One of ``rules``, ``span_rules`` or ``relation_rules``."""

    about: _Text
    rule: _Text
    example_in: _Text = Field(alias="in")
    example_out: _Text = Field(alias="out")

    def to_rule(self) -> GuidelineRule:
        """The rule as the schema has it."""
        return GuidelineRule(**self.model_dump())


_Rules = Annotated[tuple[RuleForm, ...], Field(strict=False)]


class _TypeForm(TableForm):
    definition: _Text
    examples_in: _Examples = Field(alias="in")
    examples_out: _Examples = Field(alias="out")
    rules: _Rules = ()
    color: _Color
    former_names: _Strings = Field((), alias="was")

    def values(self) -> dict[str, Any]:
        """What the schema has of the type, its rules as values."""
        return {**self.model_dump(), "rules": tuple(one.to_rule() for one in self.rules)}


class EntityForm(_TypeForm):
    """A table ``[entities.NAME]``."""

    hotkey: _Hotkey
    model_labels: _Strings = ()


class RelationForm(_TypeForm):
    """A table ``[relations.NAME]``."""

    head: _TypeNames
    tail: _TypeNames
    symmetric: bool = False
    model_labels: _Strings = ()


class FlagForm(TableForm):
    """A table ``[flags.NAME]``."""

    definition: _Text
    hotkey: _FlagHotkey
    keeps_out: bool


class GuidelinesForm(TableForm):
    """The table ``[guidelines]``: texts, and rules about several types."""

    introduction: str = ""
    arrows: str = ""
    spans: str = ""
    span_rules: _Rules = ()
    relations: str = ""
    relation_rules: _Rules = ()
    screen: str = ""
    submitting: str = ""


class BaselineForm(TableForm):
    """The table ``[baseline]``: the model that suggests, and what is taken of the model besides its names."""

    model: _Text = ""
    relations: Annotated[str, Field(pattern=r"^doc\._\.[A-Za-z_][A-Za-z0-9_]*$")] | None = None
    min_score: Annotated[float, Field(ge=0, le=1, strict=False)] = 0.5

    def to_source(self) -> ModelRelations | None:
        """Where the model's own relations are."""
        if self.relations is None:
            return None
        return ModelRelations(self.relations.removeprefix("doc._."), self.min_score)


class SchemaForm(TableForm):
    """All of schema.toml; the first three are read by ``curation.schema.read``, which knows the types."""

    removed: Any = ()
    same_words: Any = ()
    consequences: Any = ()
    entities: dict[str, EntityForm] = Field(min_length=1)
    relations: dict[str, RelationForm] = Field(default_factory=dict)
    flags: dict[str, FlagForm] = Field(default_factory=dict)
    guidelines: GuidelinesForm = Field(default_factory=GuidelinesForm)
    baseline: BaselineForm | None = None
