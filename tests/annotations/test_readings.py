"""Readings as tasks and records carry them."""

import msgspec

from curation.annotations.readings import Arrow, PlaceReading, make_reading, option_alias

ENDS = ((0, 3), (8, 10))
BARE = {"label": "supports", "direction": "forward", "place": ENDS}
SHA = "5e" * 32


def test_an_alias_is_the_same_on_every_machine_and_however_the_reading_was_made():
    """Anybody can make it again: from the reading as JSON, with what is empty left out."""
    made = make_reading(arrows=(Arrow(**BARE), Arrow(**BARE, ends=tuple([None, None]))))  # noqa: C409

    written = msgspec.json.encode(made)

    assert msgspec.json.decode(written) == {
        "arrows": [{"label": "supports", "direction": "forward", "place": [[0, 3], [8, 10]]}]
    }
    read = msgspec.json.decode(written, type=PlaceReading)
    assert option_alias(SHA, "r0-3,8-10", read) == option_alias(SHA, "r0-3,8-10", made)
    assert option_alias(SHA, "r0-3,8-10", made) == "5d33eb6292"


def test_an_alias_says_which_text_which_difference_and_which_reading():
    reading = make_reading(((0, 3, "ORG"),))
    others = [
        option_alias("00" * 32, "e0-3", reading),
        option_alias(SHA, "e0-4", reading),
        option_alias(SHA, "e0-3", PlaceReading()),
    ]

    assert len({option_alias(SHA, "e0-3", reading), *others}) == 4
