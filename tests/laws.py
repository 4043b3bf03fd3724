"""How many examples a costly law draws."""

from hypothesis import settings


def costly(share: float) -> settings:
    """A *share* of what other laws draw: few in ``make quick``, some in ``make test``, many in ``make long``."""
    return settings(max_examples=max(1, round(share * settings.default.max_examples)))
