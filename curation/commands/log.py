"""``curate log``: the versions of the gold, the newest first."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from curation import console
from curation.commands.options import AsJson

if TYPE_CHECKING:
    from curation.gold.manifest import FigureEntry
    from curation.gold.version_log import VersionLog


def log(as_json: AsJson = False) -> None:
    """
    List the sealed versions.

    With date, size, agreement between annotators and the baseline's score of each.

    Example: curate log
    """
    from curation.gold.version_log import log_to_json, read_version_log
    from curation.workspace import Workspace

    gold = Workspace.here().gold
    found = read_version_log(gold)
    if as_json:
        console.out_json(log_to_json(found))
        return
    if found.manifests:
        console.table(
            f"Versions of {gold}; agreement and baseline: strict F1 of entities / of relations",
            _rows(found),
        )
    elif not found.interrupted:
        console.say(f"{gold} has no sealed version yet: curate release")
    if found.interrupted:
        console.lines(
            [
                f"warning: the release of {gold / found.interrupted} was interrupted: curate release"
            ]
        )


def _rows(found: "VersionLog") -> Iterator[tuple[str, ...]]:
    from curation.gold.version_log import baseline_scores

    yield ("version", "sealed", "documents", "entities", "relations", "agreement", "baseline")
    for manifest in found.manifests:
        counts = manifest.counts
        agreed = {kind: entry.f1 for kind, entry in manifest.agreement_figures.items()}
        scored = {kind: entry.f1 for kind, entry in baseline_scores(manifest).items()}
        yield (
            manifest.version,
            manifest.released or "–",
            str(counts.documents),
            str(sum(counts.entities.values())),
            str(sum(counts.relations.values())),
            _both(agreed),
            _both(scored),
        )


def _both(figures: Mapping[str, "FigureEntry | None"]) -> str:
    """The figure of entities and that of relations; a dash where nobody measured any."""
    from curation.report.number_format import percent

    if not figures:
        return "–"
    values = [figures.get(kind) for kind in ("entities", "relations")]
    return " / ".join(percent(one.value if one else None) for one in values)
