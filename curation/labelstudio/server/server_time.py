"""Times as the server writes them."""

from datetime import UTC, datetime, timedelta

# The server creates and updates an annotation at one submission, at most so far apart.
SAME_MOMENT = timedelta(seconds=1)


def parse_moment(text: str) -> datetime | None:
    """A time of the server's; None where *text* is none."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def is_later(text: str, other: str) -> bool:
    """Whether one time is after the *other*; False where one of them is none."""
    first = parse_moment(other)
    last = parse_moment(text)
    return bool(first and last and first < last)


def was_never_updated(created: str, updated: str) -> bool:
    """Whether nothing was changed after it was created; False where a time is unknown."""
    first = parse_moment(created)
    last = parse_moment(updated)
    return bool(first and last and last - first <= SAME_MOMENT)


def to_the_second(text: str) -> str:
    """A time of the server's in UTC, as ``2026-11-03T10:02:00Z``; empty where it isn't one."""
    when = parse_moment(text)
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if when else ""
