"""What a version can't be used for, or only with care, in sentences that its numbers give."""

from collections.abc import Iterator

from curation.articles import UNKNOWN_LICENSE
from curation.errors import pluralise
from curation.gold.card.annotation_sentences import made_by_programs
from curation.gold.card.articles import left_out_notice
from curation.gold.card.source import CardSource
from curation.gold.licences import find_license
from curation.gold.release.splits import SPLITS
from curation.gold.tables.names import TOKENS

# A score on fewer than these is mostly chance: the 95 % interval of an F1 of 0.85 is 0.25 wide.
_FEW_MARKED = 30

# Why entities have no tag in the view of tokens, by the name of the manifest's count.
_UNTAGGED = {
    "not_aligned": "they don't begin and end with a token",
    "overlapping": "they share words with a longer one",
}


def limit_sentences(source: CardSource) -> Iterator[str]:
    """The known limits of the newest version, each a sentence without markup."""
    yield from _limits_of_annotation(source)
    yield from _limits_of_size(source)
    yield from _limits_of_texts(source)


def _limits_of_annotation(source: CardSource) -> Iterator[str]:
    numbers = source.numbers
    documents = numbers.documents
    if told := made_by_programs(numbers):
        yield told
    alone = numbers.by_annotation_count[1]
    if alone:
        yield (
            f"{pluralise(alone, 'document')} of {documents} had one annotator alone, so nothing says"
            " what another one would have marked there."
        )
    if not source.manifest.agreement:
        yield "How well annotators agree was not measured."
    if assisted := numbers.arms["assisted"]:
        yield (
            f"In {pluralise(assisted, 'document')} of {documents} every annotator corrected"
            " suggestions of a model: what that model overlooks is more likely to be missing, and"
            " its score on this gold is too high."
        )
    if unknown := numbers.annotation_arms["unknown"]:
        yield (
            f"Of {pluralise(unknown, 'annotation')} nobody knows whether the annotator saw suggestions."
        )
    effort = source.manifest.effort
    if effort and effort.unchanged:
        yield (
            f"{pluralise(effort.unchanged, 'annotation')} of {effort.from_suggestion} that began from"
            " a suggestion left it exactly as it was; some of these may be unread."
        )
    if numbers.kept_out:
        yield (
            f"{pluralise(numbers.kept_out, 'document')} with annotations stayed out of the gold,"
            " because annotators differ or a problem or a flag keeps them out: what is in it may be"
            " easier than the articles that were chosen."
        )
    for name, lacking in sorted(numbers.not_offered.items()):
        yield (
            f"{name} was not offered to some annotators of {pluralise(lacking, 'document')}: that"
            " nothing is marked there says nothing."
        )
    if numbers.offer_unknown:
        yield (
            f"Of {pluralise(numbers.offer_unknown, 'document')} nobody knows which types annotators"
            " were offered."
        )


def _limits_of_size(source: CardSource) -> Iterator[str]:
    counts = source.manifest.counts
    least = source.publisher.min_documents
    absent = [split for split in SPLITS if not counts.splits.get(split)]
    if absent:
        yield f"No document is in {_listed(absent, 'or')}: load_dataset gives no such split."
    small = [
        f"{split} ({pluralise(counts.splits[split], 'document')})"
        for split in SPLITS
        if 0 < counts.splits.get(split, 0) < least
    ]
    if small:
        yield f"A score on so few documents says little: {_listed(small)}."
    view = source.manifest.views.get(TOKENS, {})
    for name, what in _UNTAGGED.items():
        if untagged := view.get(name):
            yield f"{untagged} entities have no tag in {source.version}-{TOKENS}: {what}."
    types = source.manifest.types
    marked = {name: counts.entities.get(name, 0) for name in types.entities} | {
        name: counts.relations.get(name, 0) for name in types.relations
    }
    rare = [f"{name} ({number})" for name, number in marked.items() if number < _FEW_MARKED]
    if rare:
        yield (
            f"Marked fewer than {_FEW_MARKED} times, too seldom for a score of the type alone:"
            f" {_listed(rare)}."
        )
    for leak in source.manifest.leaks:
        yield (
            f"{leak.document} ({leak.split}) shares {leak.shared:.0%} of its text with {leak.other}"
            f" ({leak.other_split}): a model that was trained on one is not new to the other."
        )


def _limits_of_texts(source: CardSource) -> Iterator[str]:
    numbers = source.numbers
    languages = numbers.language_codes
    if languages and not numbers.languages[""]:
        yield f"The articles are in {_listed(languages)}; no other language is in the dataset."
    elif languages:
        unknown = pluralise(numbers.languages[""], "article")
        yield f"Articles are in {_listed(languages)}; of {unknown} the language is not known."
    if left_out := left_out_notice(source):
        yield left_out
    if unlicensed := numbers.all_licenses[UNKNOWN_LICENSE]:
        yield (
            f"The text of {pluralise(unlicensed, 'article')} has no known licence and must not be"
            " passed on without asking whoever owns it."
        )
    no_altered = {
        name: number
        for name, number in sorted(numbers.all_licenses.items())
        if (found := find_license(name)) and not found.allows_altered_copies
    }
    for name, number in no_altered.items():
        yield (
            f"{pluralise(number, 'article')} under {name}, which allows no altered copies; the texts"
            " here are normalised."
        )


def _listed(names: list[str], word: str = "and") -> str:
    return f" {word} ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
