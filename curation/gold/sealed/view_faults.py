"""Where the views of a version, which are ready to train on, show something else than its gold."""

from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path

from curation.files import Json
from curation.formats.spacy_tokens import spacy_version
from curation.gold.sealed.manifest import Manifest
from curation.gold.sealed.versions import MANIFEST_FILE, gold_files
from curation.gold.tables.names import RELATIONS, TOKENS, Table
from curation.gold.tables.parquet import read_parquet
from curation.gold.tables.relation_view import RelationView
from curation.gold.tables.token_view import TokenView
from curation.progress import Watch, unwatched

# The columns of a row of tokens that don't depend on the tokenizer.
_OF_DOCUMENT = ("id", "group")


def find_view_faults(
    folder: Path, manifest: Manifest, watch: Watch = unwatched
) -> Iterator[str]:
    """
    How the views of the version in *folder* differ from those that its gold makes; the first place of each file.

    Every row is made again and compared. Where another version of spaCy made the tokens, only their
    number is, and whose they are. Files and gold must be sound. *watch* shows how many documents
    are compared.
    """
    if not manifest.views:  # sealed before there were any
        return
    said = manifest.views[TOKENS]
    is_same_tokenizer = str(said["tokenizer"]).startswith(f"spaCy {spacy_version()} (")
    columns = () if is_same_tokenizer else _OF_DOCUMENT
    tokens = TokenView()
    relations = RelationView(
        manifest.types.symmetric, float(manifest.views[RELATIONS]["none_share"])
    )
    token_count = 0
    gold = gold_files(folder, manifest)
    placed = ((split, row) for split, path in gold for _, row in read_parquet(path))
    token_files = _ViewFiles(folder, manifest, TOKENS)
    relation_files = _ViewFiles(folder, manifest, RELATIONS)
    for split, row in watch(placed, "comparing views", manifest.counts.documents):
        found = token_files.compare(split, tokens.row(row), columns)
        token_count += len(found.get("tokens", ()))
        for pair in relations.rows(row):
            relation_files.compare(split, pair)
    faults = [*token_files.all_faults(), *relation_files.all_faults()]
    yield from faults
    if faults:
        return
    made = {TOKENS: tokens.counts(), RELATIONS: relations.counts()}
    if not is_same_tokenizer:
        made[TOKENS] = {**said, "tokens": token_count}
    for view, counts in made.items():
        for name, number in counts.items():
            if manifest.views[view].get(name) != number:
                was = manifest.views[view].get(name)
                yield f"{MANIFEST_FILE} says {name} {was} of the view {view}, the gold makes {number}"


class _ViewFiles:
    """The files of one view, read row by row as far as the gold is; each has at most one fault."""

    def __init__(self, folder: Path, manifest: Manifest, kind: str) -> None:
        held = ((Table.of_file(name), name) for name in manifest.files)
        self.kind = kind
        self.names = {table.split: name for table, name in held if table and table.kind == kind}
        self.rows = {split: read_parquet(folder / name) for split, name in self.names.items()}
        self.read: Counter[str] = Counter()
        self.faults: dict[str, str] = {}

    def compare(self, split: str, made: Json, columns: Collection[str] = ()) -> Json:
        """The next row of a split, which must be the one that was *made*, in these columns or in all."""
        _, row = next(self.rows.get(split, iter(())), ("", {}))
        self.read[split] += 1
        keys = columns or made.keys()
        if split not in self.faults and any(row.get(key) != made[key] for key in keys):
            name = self.names.get(split, f"{self.kind}-{split}")
            self.faults[split] = (
                f"{name}: row {self.read[split]} isn't what the gold makes of {made['id']}"
                if row
                else f"{name} lacks rows of {made['id']}"
            )
        return row

    def all_faults(self) -> Iterator[str]:
        """One sentence for each file that isn't as it was made; rows behind the last one are a fault."""
        for split, rows in self.rows.items():
            if split not in self.faults and next(rows, None):
                self.faults[split] = f"{self.names[split]} has more rows than the gold makes"
        return iter(self.faults.values())
