"""All formats by name: how each is written, and read where it can be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from curation.formats.brat import read_brat, write_brat
from curation.formats.doccano import read_doccano, write_doccano
from curation.formats.jsonl import read_jsonl, write_jsonl
from curation.formats.labelstudio import read_labelstudio, write_labelstudio
from curation.formats.shape import FormatName, ReadFormat, WriteFormat


@dataclass(frozen=True, slots=True)
class Format:
    """A format; *read* is None where it holds too little of a document to be read again."""

    write: WriteFormat
    read: ReadFormat | None
    output: Literal["text", "binary file", "folder"] = "text"


FORMATS: Mapping[FormatName, Format] = {
    "jsonl": Format(write_jsonl, read_jsonl),
    "brat": Format(write_brat, read_brat, "folder"),
    "doccano": Format(write_doccano, read_doccano),
    "labelstudio": Format(write_labelstudio, read_labelstudio),
}
