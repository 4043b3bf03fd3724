"""All formats by name: how each is written, and read where it can be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from curation.formats.brat import read_brat, write_brat
from curation.formats.conll import write_conll
from curation.formats.doccano import read_doccano, write_doccano
from curation.formats.gliner import write_gliner
from curation.formats.jsonl import read_jsonl, write_jsonl
from curation.formats.labelstudio import read_labelstudio, write_labelstudio
from curation.formats.prodigy import read_prodigy, write_prodigy
from curation.formats.shape import FormatName, ReadFormat, WriteFormat
from curation.formats.spacy import read_spacy, write_spacy


@dataclass(frozen=True, slots=True)
class Format:
    """A format; *read* is None where it holds too little of a document to be read again."""

    write: WriteFormat
    read: ReadFormat | None
    output: Literal["text", "binary file", "folder"] = "text"


FORMATS: Mapping[FormatName, Format] = {
    "jsonl": Format(write_jsonl, read_jsonl),
    "spacy": Format(write_spacy, read_spacy, "binary file"),
    "conll": Format(write_conll, None),
    "brat": Format(write_brat, read_brat, "folder"),
    "prodigy": Format(write_prodigy, read_prodigy),
    "doccano": Format(write_doccano, read_doccano),
    "labelstudio": Format(write_labelstudio, read_labelstudio),
    "gliner": Format(write_gliner, None),
}
