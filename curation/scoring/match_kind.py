"""How an item of the gold and the prediction that answers it agree."""

from enum import IntEnum

# In a column of places: the side that a missed or spurious item lacks.
UNMATCHED = -1


class MatchKind(IntEnum):
    """
    One kind for each pair and each item without a partner.

    The first four are in the order in which pairs are preferred. Of relations
    the span is that of both ends, the type that of both ends.
    """

    SAME = 0  # the same span and type
    SAME_SPAN = 1  # the same span, another type
    SAME_TYPE = 2  # overlapping spans, the same type
    OVERLAP = 3  # overlapping spans, another type
    MISSED = 4  # in the gold alone
    SPURIOUS = 5  # predicted alone
