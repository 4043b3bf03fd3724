"""Names that a gold marks in two ways: with two labels, or here and not there."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from curation.consistency.inconsistency import (
    Inconsistency,
    InconsistencyKind,
    Place,
    context_of,
)
from curation.documents.document import Document
from curation.documents.spans import do_overlap

# From so many mentions on a name is frequent; a label is rare that at most this share of them has.
_FREQUENT = 5
_RARE = 0.2

_WORD = re.compile(r"\w+")

# "anti-", "non-": a name behind such a prefix isn't marked. In "Israeli-Egyptian" both are names.
_PREFIX = re.compile(r"(?<![\w-])[a-z]+[-\u2010\u2011]\Z")
_LONGEST_PREFIX = 20


class _Names:
    """How often each name has which label, in all and by document."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.labels: dict[str, Counter[str]] = defaultdict(Counter)
        self.by_document: dict[str, dict[str, dict[str, list[Place]]]] = {}
        for document in documents:
            places: dict[str, dict[str, list[Place]]] = defaultdict(lambda: defaultdict(list))
            for entity in document.entities:
                name = document.words(entity)
                self.labels[name][entity.label] += 1
                places[name][entity.label].append(entity.span)
            self.by_document[document.id] = places


def find_name_findings(documents: Iterable[Document]) -> Iterator[Inconsistency]:
    """Names with another label than elsewhere, and words that are no name here and one elsewhere."""
    names = _Names(documents)
    unmarked = {
        document.id: dict(_unmarked_places(document, names.labels)) for document in documents
    }
    times_unmarked = Counter(
        {
            name: sum(len(places.get(name, ())) for places in unmarked.values())
            for name in {name for places in unmarked.values() for name in places}
        }
    )
    for document in documents:
        places = names.by_document[document.id]
        for name, by_label in places.items():
            yield from _other_labels(document, name, by_label, names.labels[name])
        for name, spans in unmarked[document.id].items():
            marked_here = sum(map(len, places.get(name, {}).values()))
            yield _not_marked(
                document,
                spans,
                names.labels[name],
                marked_here=marked_here,
                times=times_unmarked[name],
            )


def _other_labels(
    document: Document, name: str, by_label: Mapping[str, list[Place]], labels: Counter[str]
) -> Iterator[Inconsistency]:
    """The labels of a name of which the gold, or the document, has another one more often."""
    for label, spans in by_label.items():
        in_document = {other: len(found) for other, found in by_label.items() if other != label}
        most_here = max(in_document.values(), default=0)
        others = labels.total() - labels[label]
        most = max((number for other, number in labels.items() if other != label), default=0)
        kind: InconsistencyKind
        if most_here and (most_here, most) >= (len(spans), labels[label]):
            kind = "two labels in the document"
        elif not most or labels[label] > most:
            continue
        elif labels.total() >= _FREQUENT and labels[label] <= _RARE * labels.total():
            kind = "rare label"
        else:
            kind = "two labels"
        said = ", ".join(
            f"{other} {_times(number)}"
            for other, number in labels.most_common()
            if other != label
        )
        yield Inconsistency(
            document=document.id,
            kind=kind,
            what=f"label: {name!r} {label}",
            says=f"{name!r} is {label} here; elsewhere {said}",
            place=(spans[0],),
            context=context_of(document, (spans[0],)),
            times=len(spans),
            here=labels[label],
            elsewhere=others,
        )


def _not_marked(
    document: Document,
    spans: list[Place],
    labels: Counter[str],
    *,
    marked_here: int,
    times: int,
) -> Inconsistency:
    name = document.text[slice(*spans[0])]
    label = labels.most_common(1)[0][0]
    where = f"{marked_here} of them here" if marked_here else "in other documents"
    return Inconsistency(
        document=document.id,
        kind="not marked in the document" if marked_here else "not marked",
        what=f"unmarked: {name!r}",
        says=(
            f"{name!r} is not marked here; marked {_times(labels.total())} ({label}), {where},"
            f" and not marked {_times(times)}"
        ),
        place=(spans[0],),
        context=context_of(document, (spans[0],)),
        times=len(spans),
        here=times,
        elsewhere=labels.total(),
    )


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _unmarked_places(
    document: Document, names: Iterable[str]
) -> Iterator[tuple[str, list[Place]]]:
    """The names that stand in the text as whole words, and in no entity, each with its places."""
    by_first_word: dict[str, list[str]] = defaultdict(list)
    for name in names:
        if first := _WORD.match(name):
            by_first_word[first[0]].append(name)
    text = document.text
    taken = sorted(entity.span for entity in document.entities)
    found: dict[str, list[Place]] = defaultdict(list)
    end = 0
    for word in _WORD.finditer(text):
        if word.start() < end:
            continue
        for name in sorted(by_first_word.get(word[0], ()), key=len, reverse=True):
            span = (word.start(), word.start() + len(name))
            is_whole = not _WORD.match(text, span[1]) or not name[-1:].isalnum()
            if text.startswith(name, span[0]) and is_whole:
                if not (_has_prefix(text, span) or any(do_overlap(span, one) for one in taken)):
                    found[name].append(span)
                end = span[1]
                break
    yield from found.items()


def _has_prefix(text: str, span: Place) -> bool:
    """Whether the words of the *span* stand behind a prefix such as "anti-"."""
    return bool(_PREFIX.search(text, max(0, span[0] - _LONGEST_PREFIX), span[0]))
