"""What an adjudication task says for machines: each difference that it shows, with all readings offered."""

import msgspec
from msgspec import Struct

from curation.annotations.differences import Difference, Option
from curation.annotations.former_hash import FormerHash
from curation.annotations.readings import NOTHING, option_alias
from curation.annotations.rename import reading_under_current_names
from curation.files import Json
from curation.schema import Schema

STAMP_FORMAT = 1

# What predictions of adjudication tasks are called: what all annotators agree on.
AGREED_VERSION = "agreed"

# The aliases of the two options that are nobody's reading.
OWN_ALIAS = "own"
SETTLED_ALIAS = "settled"


class ShownDifference(Difference, frozen=True, kw_only=True):
    """
    A difference as a task shows it, under number *n*, which counts from 1 and never changes; 0 where no task shows it.

    *settled*: it is no longer in question, and whatever is ticked there counts for nothing. The same
    key may come again further down, with more options. *preselected* is the alias that was ticked
    before anybody came.
    """

    n: int
    settled: bool = False
    preselected: str | None = None

    def has_aliases_of(self, text_sha256: str) -> bool:
        """Whether each alias is that of its reading, so that nobody has changed one of them."""
        return all(
            one.alias == option_alias(text_sha256, self.key, one.reading)
            for one in self.options
        )

    def offers(self, difference: Difference) -> bool:
        """Whether it is this difference, and has all the readings that are there now."""
        is_the_same = self.key == difference.key and self.place == difference.place
        return is_the_same and difference.readings <= {one.reading for one in self.options}


class AdjudicationStamp(Struct, frozen=True, kw_only=True):
    """
    What an adjudication task was made of.

    *round* counts from 1; *schema* is the fingerprint of the schema whose types the task offers,
    *guideline* the hash of the guideline that says how to mark them, empty where an older ``curate``
    made the task; *earlier_guidelines* are those before it.
    """

    format: int = STAMP_FORMAT
    round: int
    schema: str
    model_version: str = AGREED_VERSION
    differences: tuple[ShownDifference, ...]
    guideline: str = ""
    earlier_guidelines: tuple[FormerHash, ...] = ()

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


def show_difference(
    difference: Difference, n: int, *, preselected: str | None = None
) -> ShownDifference:
    """The difference as a task shows it under number *n*."""
    return ShownDifference(**msgspec.structs.asdict(difference), n=n, preselected=preselected)


def options_as_shown(difference: Difference) -> list[Option]:
    """
    The options in the order of their aliases, which says nothing of whose they are.

    That nothing stands there comes last.
    """
    return sorted(difference.options, key=lambda one: (one.reading == NOTHING, one.alias))


def difference_number(n: int, round_number: int | None) -> str:
    """What a difference is called by its number: ``#3``, or ``#3 of round 2``."""
    return f"#{n} of round {round_number}" if (round_number or 1) > 1 else f"#{n}"


def parse_adjudication_stamp(found: object) -> AdjudicationStamp | None:
    """The stamp that a task's data holds as JSON; None where this program didn't write it so."""
    try:
        stamp = msgspec.convert(found, AdjudicationStamp)
    except msgspec.ValidationError:
        return None
    numbers = [one.n for one in stamp.differences]
    is_numbered = numbers == list(range(1, len(numbers) + 1))
    return stamp if stamp.format == STAMP_FORMAT and is_numbered else None
