"""Articles that come again though they were withdrawn."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from curation.documents.document import Document
from curation.errors import InputError, Problem, Problems, raise_problems
from curation.gold.sealed.withdrawn import withdrawn_records


def refuse_withdrawn(
    documents: Iterable[Document], next_folder: Path, refused: Problems | None = None
) -> Iterator[Document]:
    """
    The *documents*, none of which is withdrawn in ``gold/next``, by id or by text.

    Those that are become problems in *refused*; without it, InputError is raised at the end with all of them.
    """
    by_id = withdrawn_records(next_folder)
    by_text = {record.text_sha256: record for record in by_id.values()}
    problems = Problems() if refused is None else refused
    for document in documents:
        record = by_id.get(document.id) or by_text.get(document.text_sha256)
        if record is None:
            yield document
            continue
        same = "" if record.id == document.id else f"has the text of {record.id!r}, which "
        problems.append(Problem(document.id, f"{same}is withdrawn ({record.state_reason})"))
    if refused is None and problems:
        hint = (
            "delete these articles where they are read from; a withdrawn text never comes back"
        )
        raise_problems(problems, InputError, hint=hint)
