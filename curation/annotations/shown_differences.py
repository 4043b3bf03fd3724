"""What an adjudication task says for machines: each difference that it shows, with all readings offered."""

import msgspec
from msgspec import Struct

from curation.annotations.compared import Difference, Option
from curation.annotations.readings import (
    DifferenceKind,
    PlaceReading,
    PlaceSpan,
    option_alias,
)
from curation.annotations.rename import reading_under_current_names
from curation.files import Json
from curation.schema import Schema

STAMP_FORMAT = 1

# What predictions of adjudication tasks are called: what all annotators agree on.
AGREED_VERSION = "agreed"

# The aliases of the two options that are nobody's reading.
OWN_ALIAS = "own"
SETTLED_ALIAS = "settled"


class ShownOption(Struct, frozen=True):
    """A reading that a task offers; *by* are the uids of the annotations that had it."""

    alias: str
    by: tuple[str, ...]
    reading: PlaceReading


class ShownDifference(Struct, frozen=True, kw_only=True):
    """
    A difference as a task shows it, under number *n*, which counts from 1 and never changes.

    *settled*: it is no longer in question, and whatever is ticked there counts for nothing. The same
    key may come again further down, with more options. *preselected* is the alias that was ticked
    before anybody came.
    """

    n: int
    key: str
    kind: DifferenceKind
    place: tuple[PlaceSpan, ...]
    settled: bool
    options: tuple[ShownOption, ...]
    preselected: str | None = None

    def option(self, alias: str) -> ShownOption | None:
        """The option with this alias; None where there is none."""
        return next((one for one in self.options if one.alias == alias), None)

    def has_aliases_of(self, text_sha256: str) -> bool:
        """Whether each alias is that of its reading, so that nobody has changed one of them."""
        return all(
            one.alias == option_alias(text_sha256, self.key, one.reading)
            for one in self.options
        )

    def offers(self, difference: Difference) -> bool:
        """Whether it is this difference, and has all readings that annotators have there now."""
        offered = {one.reading for one in self.options}
        now = {option.reading for option in difference.options if option.by}
        return self.key == difference.key and self.place == difference.place and now <= offered


class AdjudicationStamp(Struct, frozen=True, kw_only=True):
    """
    What an adjudication task was made of.

    *round* counts from 1; *schema* is the fingerprint of the schema whose types the task offers.
    """

    format: int = STAMP_FORMAT
    round: int
    schema: str
    model_version: str = AGREED_VERSION
    differences: tuple[ShownDifference, ...]

    def to_json(self) -> Json:
        """The stamp as a task's data holds it."""
        stamp: Json = msgspec.to_builtins(self)
        return stamp


def shown_under_current_names(shown: ShownDifference, schema: Schema) -> ShownDifference:
    """The difference with today's names of types in its readings, without removed types; aliases stay."""
    if not (schema.former_entity_names or schema.former_relation_names or schema.removed):
        return shown
    options = tuple(
        msgspec.structs.replace(one, reading=reading_under_current_names(one.reading, schema))
        for one in shown.options
    )
    return msgspec.structs.replace(shown, options=options)


def shown_option(option: Option) -> ShownOption:
    """The option as a task offers it."""
    return ShownOption(alias=option.alias, by=option.by, reading=option.reading)


def parse_adjudication_stamp(found: object) -> AdjudicationStamp | None:
    """The stamp that a task's data holds as JSON; None where this program didn't write it so."""
    try:
        stamp = msgspec.convert(found, AdjudicationStamp)
    except msgspec.ValidationError:
        return None
    numbers = [one.n for one in stamp.differences]
    is_numbered = numbers == list(range(1, len(numbers) + 1))
    return stamp if stamp.format == STAMP_FORMAT and is_numbered else None
