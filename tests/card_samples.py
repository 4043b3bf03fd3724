"""What a dataset card is made of, without files: for tests of what the card says."""

from pathlib import Path
from typing import Any

from gold_samples import DATASET_TOML, PROVENANCE, Working, layer_rows
from samples import SCHEMA

from curation.gold.card.numbers import CardNumbers
from curation.gold.card.source import CardSource
from curation.gold.dataset_facts import parse_dataset_facts
from curation.gold.release.seal import build_manifest
from curation.gold.release.totals import compute_totals
from curation.gold.sealed.manifest import Manifest
from curation.gold.tables.rows import gold_row
from curation.gold.tables.write_tables import WrittenTables

NOTHING = Working()


def manifest(state: Working = NOTHING, **known: Any) -> Manifest:
    """The manifest of version 0.1.0 with *state*; *known* are further fields, or others."""
    built = build_manifest("0.1.0", compute_totals(state, SCHEMA), PROVENANCE, WrittenTables())
    return built.model_copy(update=known)


def card_source(
    state: Working, known: Manifest | None = None, toml: str = DATASET_TOML
) -> CardSource:
    """A card of these annotations; *known* is a manifest whose counts are replaced by theirs."""
    publisher = parse_dataset_facts(toml, Path("dataset.toml"))
    counts = manifest(state).counts
    return CardSource(
        gold=Path("gold"),
        manifests=[(known or manifest()).model_copy(update={"counts": counts})],
        numbers=CardNumbers.of(
            map(gold_row, state.gold_documents), layer_rows(state), publisher.article_license
        ),
        publisher=publisher,
    )
