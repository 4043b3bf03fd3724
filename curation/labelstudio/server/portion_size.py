"""How much is asked for at once of a server that may not get a large answer through."""

from curation.errors import StudioConnectionLost

# By what is asked for less, where nothing has got through yet and where something has.
FIRST_CUT = 8
LATER_CUT = 2

# After so many answers of the largest size, twice as much is tried; after each one that didn't get
# through then, twice as many answers later.
ANSWERS_BEFORE_MORE = 4


class PortionSize:
    """How many items to ask for at once, *most*: fewer where an answer doesn't get through, then more again."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._limit = most
        self._answers_before_more = ANSWERS_BEFORE_MORE
        self._answers = 0
        self._has_passed = False

    def passed(self, asked: int) -> None:
        """Note that the answer for so many items came."""
        self._has_passed = True
        if asked < self.most:
            return
        self._answers += 1
        if self._answers >= self._answers_before_more:
            self._answers = 0
            self.most = min(2 * self.most, self._limit)

    def lost(self, asked: int, why: StudioConnectionLost) -> None:
        """Note that the answer for so many items didn't come; raises *why* where less wouldn't help."""
        if asked == 1 or not why.less_may_pass:
            raise why
        if self._has_passed and self.most < self._limit:
            self._answers_before_more *= 2
        self._answers = 0
        self.most = max(1, asked // (LATER_CUT if self._has_passed else FIRST_CUT))
