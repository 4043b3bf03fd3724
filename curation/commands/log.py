"""``curate log``: the versions of the gold, the newest first."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from curation import console
from curation.commands.options import AsJson
from curation.errors import pluralise

if TYPE_CHECKING:
    from curation.gold.sealed.log import VersionLog


def log(as_json: AsJson = False) -> None:
    """
    List the sealed versions.

    With date, size, agreement between annotators and the baseline's score of each.

    Example: curate log
    """
    from curation.gold.sealed.log import log_to_json, read_version_log
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
    console.lines(withdrawn_lines(found))
    if found.interrupted:
        console.lines(
            [
                f"warning: the release of {gold / found.interrupted} was interrupted: curate release"
            ]
        )


def withdrawn_lines(found: "VersionLog") -> Iterator[str]:
    """Which versions still hold which withdrawn documents, and why these were withdrawn."""
    for version, documents in [*found.withdrawn.items()][::-1]:
        count = pluralise(len(documents), "document")
        yield f"warning: {version} holds {count} withdrawn since:"
        yield from console.list_lines(
            documents, lambda one: (f"  {one.id} on {one.at[:10]}: {one.reason}",)
        )


def _rows(found: "VersionLog") -> Iterator[tuple[str, ...]]:
    from curation.gold.sealed.log import agreement_f1, baseline_f1

    yield ("version", "sealed", "documents", "entities", "relations", "agreement", "baseline")
    for manifest in found.manifests:
        counts = manifest.counts
        yield (
            manifest.version,
            manifest.released or "–",
            str(counts.documents),
            str(sum(counts.entities.values())),
            str(sum(counts.relations.values())),
            _both(agreement_f1(manifest)),
            _both(baseline_f1(manifest)),
        )


def _both(figures: Mapping[str, float | None]) -> str:
    """The figure of entities and that of relations; a dash where nobody measured any."""
    from curation.report.number_format import percent

    if not figures:
        return "–"
    return " / ".join(percent(figures.get(kind)) for kind in ("entities", "relations"))
