"""The card's sections on how well annotators agree, and what the baseline finds."""

from collections.abc import Iterator

from curation.gold.card.annotation_sentences import (
    adjudication_sentences,
    annotation_sentences,
    describe_annotators,
)
from curation.gold.card.markdown import escape_markdown, markdown_items, markdown_table
from curation.gold.card.source import CardSource
from curation.gold.release.seal import GUIDELINE_FILE
from curation.gold.release.splits import SPLITS
from curation.gold.sealed.manifest import UNSEEN, BaselineScoreEntry, FigureEntry

_WHOLE = "all"

# What the table calls parts of the version that aren't splits.
_PARTS = {_WHOLE: "all splits", UNSEEN: "never seen by the rules"}


def annotation_section(source: CardSource) -> str:
    """Who annotated, from what, what adjudicators decided, and the guideline."""
    who = describe_annotators(source.numbers)
    has_programs = any(one.startswith("machine-") for one in source.numbers.annotators)
    shown = escape_markdown(who)
    if has_programs:  # the first sentence says so
        made, stop, rest = shown.partition(".")
        shown = f"**{made}{stop}**{rest}"
    sentences = [*annotation_sentences(source), *adjudication_sentences(source)]
    return (
        f"## How it was annotated\n\n{shown}\n\n"
        f"{markdown_items(map(escape_markdown, sentences))}- {_guideline(source)}\n"
    )


def agreement_section(source: CardSource) -> str:
    """How well those agreed who annotated the same documents independently, by their first submissions."""
    lines = source.manifest.agreement
    said = markdown_items(map(escape_markdown, lines)) or (
        "Not measured: it takes documents that several annotators worked on independently.\n"
    )
    rows = [
        (escape_markdown(name), entry.both, entry.one, _figure(entry.f1))
        for figures in source.manifest.agreement_figures.values()
        for name, entry in figures.by_type.items()
    ]
    head = ("type", "marked by both", "by one alone", "F1, strict [95 % interval]")
    table = f"\n{markdown_table(head, rows)}" if rows else ""
    return f"### Agreement\n\n{said}{table}"


def baseline_section(source: CardSource) -> str:
    """What the baseline finds of this version, whole and by split; nothing where it wasn't scored."""
    baseline = source.manifest.baseline
    if baseline is None:
        return ""
    rows = [
        (
            _PARTS.get(split, split),
            escape_markdown(f"{what}, {scheme}"),
            entry.documents,
            entry.gold,
            entry.predicted,
            entry.correct,
            _figure(entry.f1),
        )
        for split, by_kind in sorted(baseline.scores.items(), key=_split_order)
        for what, by_scheme in by_kind.items()
        for scheme, entry in by_scheme.items()
    ]
    headline = "".join(f"**{one}.**\n\n" for one in _unseen_sentences(source))
    model = " ".join(filter(None, (baseline.model.name, baseline.model.version)))
    head = ("split", "what", "documents", "gold", "predicted", "correct", "F1 [95 % interval]")
    return f"""## Baseline

What the baseline, {escape_markdown(model)} with the rules of curate, finds in this version. Where annotators
corrected its own suggestions, its score is too high.

{headline}{markdown_table(head, rows)}"""


def _split_order(scores: tuple[str, object]) -> int:
    """What the rules never saw first, then the whole version, then the splits in their order."""
    return (UNSEEN, _WHOLE, *SPLITS).index(scores[0])


def _unseen_sentences(source: CardSource) -> Iterator[str]:
    """How many documents the rules were written with, and what the baseline finds in the others."""
    scores = source.manifest.baseline.scores if source.manifest.baseline else {}
    if UNSEEN not in scores:
        return
    unseen = {kind: schemes["strict"] for kind, schemes in scores[UNSEEN].items()}
    whole = next(iter(scores[_WHOLE]["entities"].values())).documents
    others = unseen["entities"].documents
    figures = ", ".join(f"{kind} {_figure(entry.f1)}" for kind, entry in unseen.items())
    yield (
        f"The baseline's rules were written with {whole - others} of the {whole} documents in view."
        f" On the {others} that they never saw, F1 (strict): {figures}"
    )


def baseline_sentences(source: CardSource) -> Iterator[str]:
    """The baseline's strict F1 on the whole version, without markup."""
    yield from _unseen_sentences(source)
    baseline = source.manifest.baseline
    for what, by_scheme in (baseline.scores.get(_WHOLE, {}) if baseline else {}).items():
        entry: BaselineScoreEntry | None = by_scheme.get("strict")
        if entry and entry.f1:
            yield f"baseline, {what}: F1 {_figure(entry.f1)}"


def _figure(figure: FigureEntry | None) -> str:
    """The number with its interval; a rate of nothing is undefined."""
    if figure is None:
        return "undefined"
    if figure.lower is None or figure.upper is None:
        return f"{figure.value:.3f}"
    return f"{figure.value:.3f} [{figure.lower:.3f}, {figure.upper:.3f}]"


def _guideline(source: CardSource) -> str:
    manifest = source.manifest
    made = f"curate {escape_markdown(manifest.curate)}"
    if GUIDELINE_FILE in manifest.files:
        path = f"{manifest.version}/{GUIDELINE_FILE}"
        return f"the guideline at the release: [{path}]({path}); {made}"
    return f"the guideline at the release has sha256 `{manifest.guideline_sha256}`, {made}"
