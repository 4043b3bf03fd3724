"""The head of the dataset card: YAML that tells load_dataset and the Hub what is where."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from curation.articles import UNKNOWN_LICENSE
from curation.documents.document import is_program_pseudonym
from curation.gold.card_facts import CardFacts
from curation.gold.dataset import Manifest
from curation.gold.parquet import ANNOTATIONS_TABLE

PRETTY_NAME = "Entities and relations in the news"

# The names that the Hub has for licences of texts.
HUB_LICENSES = (
    "cc0-1.0", "pddl", "odc-by", "odbl", "cc-by-2.0", "cc-by-2.5", "cc-by-3.0", "cc-by-4.0",
    "cc-by-sa-3.0", "cc-by-sa-4.0", "cc-by-nc-4.0", "cc-by-nd-4.0", "cc-by-nc-sa-4.0",
)  # fmt: skip

NO_LICENSE = (
    "The text of some articles has no known licence and must not be republished without asking"
    " whoever owns it; the column license says which."
)
MANY_LICENSES = "Each article has its own licence; the columns license and attribution give it."

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"))


def card_header(newest: Manifest, facts: CardFacts, manifests: Sequence[Manifest]) -> str:
    """
    The YAML between the two ``---`` lines, one configuration for each version.

    *manifests* are those of all versions, *facts* of the newest. Strings are quoted as JSON, so that
    1.0 stays a string and nothing that an article says can break it.
    """
    lines = [
        f"pretty_name: {quoted(PRETTY_NAME)}",
        *_listed("language", _languages(facts)),
        *_license(facts.licenses),
        *_listed("annotations_creators", _creators(facts)),
        *_listed("size_categories", [_size(facts.documents)]),
        *_listed("task_categories", ["token-classification"]),
        "configs:",
    ]
    for manifest in manifests:
        lines += _configs(manifest, default=manifest == newest)
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """*text* as a double-quoted YAML string on one line, unprintable characters as spaces."""
    shown = "".join(c if c.isprintable() else " " for c in text)
    return json.dumps(shown, ensure_ascii=False)


def _configs(manifest: Manifest, *, default: bool) -> Iterator[str]:
    """A split without documents has no file, and so no place here: it would not load."""
    splits = {name.rsplit("-", 1)[0]: name for name in manifest.files}
    annotations = splits.pop(ANNOTATIONS_TABLE, None)
    yield f"- config_name: {quoted(manifest.version)}"
    if default:
        yield "  default: true"
    yield from _files(manifest.version, splits.items())
    if annotations:
        yield f"- config_name: {quoted(f'{manifest.version}-{ANNOTATIONS_TABLE}')}"
        yield from _files(manifest.version, [(ANNOTATIONS_TABLE, annotations)])


def _files(version: str, files: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield "  data_files:"
    for split, name in files:
        yield f"  - split: {split}"
        yield f"    path: {quoted(f'{version}/{name}')}"


def _listed(key: str, values: Iterable[str]) -> Iterator[str]:
    lines = [f"- {quoted(value)}" for value in values]
    if lines:
        yield from (f"{key}:", *lines)


def _languages(facts: CardFacts) -> list[str]:
    found = facts.languages
    return sorted(code for code in found if code.isascii() and code.isalpha() and len(code) < 4)


def _license(found: Counter[str]) -> Iterator[str]:
    names = sorted(found)
    if all(name.lower() in HUB_LICENSES for name in names):
        yield from _listed("license", [name.lower() for name in names])
        return
    yield "license: other"
    yield f"license_name: {'unknown' if names == [UNKNOWN_LICENSE] else 'mixed'}"
    details = NO_LICENSE if UNKNOWN_LICENSE in found else MANY_LICENSES
    yield f"license_details: {quoted(details)}"


def _creators(facts: CardFacts) -> Iterator[str]:
    kinds = set(map(is_program_pseudonym, facts.annotators))
    if False in kinds:
        yield "expert-generated"
    if True in kinds:
        yield "machine-generated"


def _size(documents: int) -> str:
    return next((name for size, name in _SIZES if documents < size), "100K<n<1M")
