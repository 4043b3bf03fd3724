"""One-to-one matching of two bags of labelled things that compare by a key."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable

from curation.scoring.counts import Counts, Tally

Labelled = tuple[Hashable, str]


def strict(gold: Iterable[Labelled], predicted: Iterable[Labelled]) -> Tally:
    """
    Key and label have to agree.

    One-to-one: of two equal predictions one is a false alarm.
    """
    want, have = Counter(gold), Counter(predicted)
    by: dict[str, Counts] = defaultdict(Counts)
    for item in want.keys() | have.keys():
        hits = min(want[item], have[item])
        by[item[1]] += Counts(hits, have[item] - hits, want[item] - hits)
    return Tally(dict(sorted(by.items())))


def by_key(gold: Iterable[Labelled], predicted: Iterable[Labelled]) -> Tally:
    """
    The key alone has to agree, whatever the label.

    One-to-one, equal labels first. A hit counts for the gold's label, a false
    alarm for the predicted one, so that the types add up to the micro-average.
    """
    want: dict[Hashable, Counter[str]] = defaultdict(Counter)
    have: dict[Hashable, Counter[str]] = defaultdict(Counter)
    for key, label in gold:
        want[key][label] += 1
    for key, label in predicted:
        have[key][label] += 1
    by: dict[str, Counts] = defaultdict(Counts)
    for key in want.keys() | have.keys():
        same = want[key] & have[key]
        missed = sorted((want[key] - same).elements())
        spurious = sorted((have[key] - same).elements())
        pairs = min(len(missed), len(spurious))
        for label in (*same.elements(), *missed[:pairs]):
            by[label] += Counts(tp=1)
        for label in missed[pairs:]:
            by[label] += Counts(fn=1)
        for label in spurious[pairs:]:
            by[label] += Counts(fp=1)
    return Tally(dict(sorted(by.items())))
