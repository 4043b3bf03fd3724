"""How the annotations of a version were made, in sentences without markup: for the card and croissant.json."""

from collections import Counter
from collections.abc import Iterator

from curation.annotations.effort import effort_sentences
from curation.documents.document import is_program_pseudonym, is_unknown_pseudonym
from curation.errors import pluralise
from curation.gold.card.numbers import CardNumbers
from curation.gold.card.source import CardSource
from curation.gold.sealed.manifest import NOT_RECORDED

_MADE_BY_PROGRAMS = (
    "The annotations were made by a language model or another program, not by people."
)

# How many annotators have their numbers of documents listed one by one.
_LISTED_ANNOTATORS = 12


def made_by_programs(numbers: CardNumbers) -> str:
    """That programs alone annotated, and what of it people have checked; empty where that isn't so."""
    if not (numbers.annotators and all(map(is_program_pseudonym, numbers.annotators))):
        return ""
    checked = len(numbers.checked)
    unsure = len(numbers.maybe_checked - numbers.checked)
    unchecked = numbers.documents - checked - unsure
    if not checked and not unsure:
        return f"{_MADE_BY_PROGRAMS} No person has checked them."
    told = [_MADE_BY_PROGRAMS]
    if checked:
        told.append(
            f"In {pluralise(checked, 'document')} of {numbers.documents} a person decided"
            " differences between them, or changed them."
        )
    if unsure:
        told.append(
            f"In {pluralise(unsure, 'document')} of {numbers.documents} somebody did of whom nobody"
            " knows whether it was a person."
        )
    if unchecked:
        told.append("No person has checked the other documents.")
    return " ".join(told)


def describe_annotators(numbers: CardNumbers) -> str:
    """Who made the annotations, by kind; no pseudonym is named."""
    kinds = _by_kind(dict.fromkeys(numbers.annotators, 0))
    people = len(kinds["person"])
    machines = len(kinds["program"])
    unknown = len(kinds["unknown"])
    if not (people or machines or unknown):
        return "Who made the annotations is not recorded."
    if told := made_by_programs(numbers):
        return told
    if not (machines or unknown):
        all_of_them = "a person" if people == 1 else "all of them people"
        return f"The annotations were made by {pluralise(people, 'annotator')}, {all_of_them}."
    makers = []
    if people:
        makers.append("1 person" if people == 1 else f"{people} people")
    if machines:
        programs = "program" if machines == 1 else "programs"
        makers.append(f"{pluralise(machines, 'language model')} or other {programs}")
    if unknown:
        makers.append(f"{pluralise(unknown, 'annotator')} of unknown kind")
    told = f"The annotations were made by {' and by '.join(makers)}."
    if machines:
        told += " The column annotators says who made which (machine-… is no person)."
    if unknown:
        told += (
            " Of an annotator of unknown kind (unknown-…) at most an account's number is left:"
            " nobody knows whether it is a person, or another one than the others."
        )
    return told


def describe_annotation_counts(source: CardSource) -> str:
    """``23 documents with 1; 7 documents with 2``: by the number of their annotations."""
    counts = sorted(source.numbers.by_annotation_count.items())
    return "; ".join(f"{pluralise(documents, 'document')} with {n}" for n, documents in counts)


def annotation_sentences(source: CardSource) -> Iterator[str]:
    """From what documents were annotated, by how many, and what is known of the work."""
    numbers = source.numbers
    yield f"annotations per document: {describe_annotation_counts(source)}"
    if numbers.by_annotator:
        yield f"documents per annotator: {_documents_per_annotator(numbers.by_annotator)}"
    yield (
        f"assisted (by correcting suggestions): {_documents(source, 'assisted')}; blind (at"
        f" least one annotator saw none): {_documents(source, 'blind')}; gold that grew out of"
        " corrected suggestions flatters the model that made them"
    )
    if numbers.arms["unknown"]:
        yield f"nobody knows which of the two: {_documents(source, 'unknown')}"
    if numbers.annotations:
        yield f"of {pluralise(numbers.annotations, 'annotation')}: {_annotation_arms(source)}"
    yield from _guideline_sentences(source)
    for layer in source.manifest.layers:
        yield f"suggestions came from {layer}"
    for reason, annotations in sorted(numbers.not_independent.items()):
        yield f"not counted as independent: {pluralise(annotations, 'annotation')} {reason.rstrip(',')}"
    yield from source.manifest.doubts
    if source.manifest.effort:
        for sentence in effort_sentences(source.manifest.effort.effort):
            yield f"counting people's own work alone, {sentence}"
    yield from _lacking_sentences(source)


def platform_sentences(source: CardSource) -> Iterator[str]:
    """The programs in which annotations are known to have been made, with how many if not all were."""
    by_platform = source.manifest.platforms
    for platform, annotations in by_platform.items():
        if platform != NOT_RECORDED:
            is_only = len(by_platform) == 1
            of_all = f"{annotations} of {pluralise(sum(by_platform.values()), 'annotation')}"
            yield platform if is_only else f"{platform} ({of_all})"


def adjudication_sentences(source: CardSource) -> Iterator[str]:
    """What adjudicators decided."""
    numbers = source.numbers
    yield (
        "adjudicated (an adjudicator decided the differences between annotators):"
        f" {pluralise(numbers.adjudicated, 'document')} of {numbers.documents}"
    )
    if numbers.decisions:
        by = pluralise(len(numbers.adjudicators), "adjudicator")
        yield f"{pluralise(numbers.decisions, 'difference')} decided by {by}: {numbers.own} by none of the readings"
    if numbers.against_all:
        yield f"{pluralise(numbers.against_all, 'decision')} against what all annotators had alike"
    if numbers.untouched:
        yield (
            "differences that the majority decided, and that the adjudicator left as they were:"
            f" {numbers.untouched}"
        )


def _guideline_sentences(source: CardSource) -> Iterator[str]:
    """How many annotations were made by the guideline of the version, by other ones, and by nobody knows which."""
    manifest = source.manifest
    by_guideline = manifest.guidelines or {NOT_RECORDED: source.numbers.annotations}
    words = {
        manifest.guideline_sha256: "by the guideline at the release",
        NOT_RECORDED: "by a guideline that nobody recorded",
    }
    made = [
        f"{pluralise(annotations, 'annotation')} {words.get(guideline, f'by another guideline (sha256 {guideline})')}"
        for guideline, annotations in by_guideline.items()
        if annotations
    ]
    if made:
        yield f"made {', '.join(made)}"


def _lacking_sentences(source: CardSource) -> Iterator[str]:
    numbers = source.numbers
    for name, documents in sorted(numbers.not_offered.items()):
        yield f"annotated before {name} was offered: {pluralise(documents, 'document')}"
    if numbers.offer_unknown:
        yield f"nobody knows which types their annotators were offered: {pluralise(numbers.offer_unknown, 'document')}"
    for flag, documents in sorted(numbers.flags.items()):
        yield f"flagged {flag}: {pluralise(documents, 'document')}"


def _documents(source: CardSource, arm: str) -> str:
    number = source.numbers.arms[arm]
    share = f" ({number / source.numbers.documents:.0%})" if source.numbers.documents else ""
    return f"{pluralise(number, 'document')}{share}"


def _annotation_arms(source: CardSource) -> str:
    numbers = source.numbers
    words = {
        "assisted": "began from a suggestion",
        "blind": "were made blind",
        "unknown": "may be either",
    }
    found = {arm: numbers.annotation_arms[arm] for arm in words if numbers.annotation_arms[arm]}
    return ", ".join(
        f"{number} ({number / numbers.annotations:.0%}) {words[arm]}"
        for arm, number in found.items()
    )


def _documents_per_annotator(by_annotator: Counter[str]) -> str:
    """``3 people: 30, 12, 4; a program: 46``; of very many annotators, the least and the most."""
    parts = []
    kinds = _by_kind(by_annotator)
    names = {
        "person": ("a person", "people"),
        "program": ("a program", "programs"),
        "unknown": ("an annotator of unknown kind", "annotators of unknown kind"),
    }
    for kind, (one, several) in names.items():
        found = sorted(kinds[kind], reverse=True)
        if not found:
            continue
        listed = ", ".join(map(str, found))
        if len(found) > _LISTED_ANNOTATORS:
            listed = f"from {found[-1]} to {found[0]} each, {sum(found)} in all"
        name = one if len(found) == 1 else f"{len(found)} {several}"
        parts.append(f"{name}: {listed}")
    return "; ".join(parts)


def _by_kind(by_annotator: dict[str, int]) -> dict[str, list[int]]:
    kinds: dict[str, list[int]] = {"person": [], "program": [], "unknown": []}
    for annotator, number in by_annotator.items():
        if is_program_pseudonym(annotator):
            kinds["program"].append(number)
        elif is_unknown_pseudonym(annotator):
            kinds["unknown"].append(number)
        else:
            kinds["person"].append(number)
    return kinds
