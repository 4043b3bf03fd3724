"""Shards of suggestions in a folder or in object storage, each written whole or not at all."""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec import convert

from curation.addresses import StoredPath, storage_address
from curation.errors import InputError
from curation.files import Json, explain_os_errors, read_text, write_text
from curation.row_files.object_storage import explain_storage_errors, open_storage
from curation.strict_json import parse_object

SHARDS_MANIFEST = "manifest.json"
_FORMAT = 1
BAD_ARTICLES = "bad.jsonl"
_SHARD_NAME = re.compile(r"part-\d{7,}\.jsonl")


def shard_name(number: int) -> str:
    """``part-0000007.jsonl``; in the order of their names shards are in that of the articles."""
    return f"part-{number:07}.jsonl"


@dataclass(frozen=True, slots=True)
class ShardFolder:
    """A folder here, or where *storage* is given, in object storage."""

    place: Path
    storage: Any = None
    key: str = ""

    @classmethod
    def at(cls, given: Path) -> "ShardFolder":
        """The folder that was typed."""
        if address := storage_address(given):
            storage, key = open_storage(address)
            return cls(StoredPath(f"{address.partition(':')[0]}://{key}"), storage, key)
        return cls(given)

    def sizes(self) -> dict[str, int]:
        """The files that are there, with their bytes."""
        if self.storage is None:
            with explain_os_errors(self.place):
                if self.place.is_dir():
                    return {file.name: file.stat().st_size for file in self.place.iterdir()}
                if self.place.exists():
                    raise InputError(
                        f"{self.place}: not a folder, which shards are written into",
                        hint="give a folder with -o",
                    )
                return {}
        from pyarrow.fs import FileSelector

        with explain_storage_errors(self.place):
            found = self.storage.get_file_info(FileSelector(self.key, allow_not_found=True))
            return {one.base_name: one.size for one in found}

    def read(self, name: str) -> str:
        """The text of a file."""
        if self.storage is None:
            return read_text(self.place / name)
        with (
            explain_storage_errors(self.place / name),
            self.storage.open_input_stream(f"{self.key}/{name}") as stream,
        ):
            return str(stream.read(), "utf-8")

    def write(self, name: str, text: str) -> int:
        """Put a file there, in place of one of the same name; its bytes."""
        raw = text.encode()
        if self.storage is None:
            write_text(self.place / name, text)
        else:
            # What isn't closed isn't there: an upload is seen when it is complete.
            with (
                explain_storage_errors(self.place / name),
                self.storage.open_output_stream(f"{self.key}/{name}") as stream,
            ):
                stream.write(raw)
        return len(raw)

    def remove(self, names: Iterable[str]) -> None:
        """Take files away."""
        for name in names:
            if self.storage is None:
                with explain_os_errors(self.place / name):
                    (self.place / name).unlink(missing_ok=True)
            else:
                with explain_storage_errors(self.place / name):
                    self.storage.delete_file(f"{self.key}/{name}")


@dataclass(frozen=True, slots=True)
class Shard:
    """A shard that is written: the digest of its articles and of what suggested, its documents and bytes."""

    digest: str
    documents: int
    bytes: int


class ShardManifest:
    """
    Which shards of a folder are whole, and what they were made by.

    Its file says ``"complete": true`` once all of them are there, and of the same articles.
    """

    def __init__(self, folder: ShardFolder, made_by: str, shard_size: int) -> None:
        self.folder = folder
        self.made_by = made_by
        self.shard_size = shard_size
        self.shards: dict[int, Shard] = {}
        self._is_complete = False

    @classmethod
    def of(cls, folder: ShardFolder, made_by: str, shard_size: int) -> "ShardManifest":
        """
        What the folder has of shards that were *made_by* the same; a new folder begins with none.

        Raises InputError for a folder of anything else, which isn't overwritten.
        """
        manifest = cls(folder, made_by, shard_size)
        # A hidden file is what a writer that was killed left behind.
        sizes = {name: size for name, size in folder.sizes().items() if name[0] != "."}
        if not sizes:
            manifest._save()
            return manifest
        if SHARDS_MANIFEST not in sizes:
            raise InputError(
                f"{folder.place} is there already; shards are written into a new or empty folder, or one of shards",
                hint="give another folder with -o",
            )
        try:
            stored = parse_object(folder.read(SHARDS_MANIFEST))
            shards = convert(stored["shards"], dict[str, Shard])
            found = {key: stored[key] for key in ("format", "made_by", "shard_size")}
            manifest._is_complete = stored.get("complete") is True
        except (ValueError, KeyError):
            raise InputError(
                f"{folder.place / SHARDS_MANIFEST}: isn't what curate writes",
                hint=f"give another folder with -o; without {SHARDS_MANIFEST} nobody knows what the shards are of",
            ) from None
        manifest._refuse_others(found)
        manifest.shards = {
            int(number): shard
            for number, shard in shards.items()
            if number.isdecimal() and sizes.get(shard_name(int(number))) == shard.bytes
        }
        return manifest

    def _refuse_others(self, found: Json) -> None:
        """Raises InputError where the folder's shards were made by something else, or are of another size."""
        if found == self._made():
            return
        size = found["shard_size"]
        if found == {**self._made(), "shard_size": size}:
            raise InputError(
                f"{self.folder.place}: has shards of {size} articles, not of {self.shard_size}",
                hint=f"--shard-size {size}, or another folder with -o",
            )
        here = self.made_by.split(", ")
        there = str(found["made_by"]).split(", ")
        others = (
            ", ".join(one for one in there if one not in here) or f"format {found['format']}"
        )
        ours = ", ".join(one for one in here if one not in there) or f"format {_FORMAT}"
        raise InputError(
            f"{self.folder.place}: its shards were made by {others}, not by {ours}",
            hint="give another folder with -o",
        )

    @property
    def digests(self) -> Mapping[int, str]:
        """The digest of each shard that is whole."""
        return {number: shard.digest for number, shard in self.shards.items()}

    def write(
        self, number: int, digest: str, lines: list[str], *, is_whole: bool = True
    ) -> None:
        """Write a shard, then that it is whole; one that isn't is made again by the next run."""
        if self.shards.pop(number, None) or self._is_complete:
            self._is_complete = False
            self._save()  # while it is written anew, nothing is said of it
        text = "".join(f"{line}\n" for line in lines)
        written = self.folder.write(shard_name(number), text)
        if is_whole:
            self.shards[number] = Shard(digest, len(lines), written)
            self._save()

    def end(self, numbers: Collection[int]) -> None:
        """Take away the shards that aren't those of these *numbers*, which earlier runs left."""
        for number in self.shards.keys() - set(numbers):
            del self.shards[number]
        self._is_complete = False
        self._save()
        ours = set(map(shard_name, numbers))
        found = filter(_SHARD_NAME.fullmatch, self.folder.sizes())
        self.folder.remove([name for name in found if name not in ours])
        self._is_complete = True
        self._save()

    def _made(self) -> Json:
        return {"format": _FORMAT, "made_by": self.made_by, "shard_size": self.shard_size}

    def _save(self) -> None:
        shards = {
            str(number): {"digest": one.digest, "documents": one.documents, "bytes": one.bytes}
            for number, one in sorted(self.shards.items())
        }
        stored = {**self._made(), "complete": self._is_complete, "shards": shards}
        text = json.dumps(stored, ensure_ascii=False, indent=1)
        self.folder.write(SHARDS_MANIFEST, f"{text}\n")
