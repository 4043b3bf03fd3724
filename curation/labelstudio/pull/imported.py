"""Annotations that came by an import, as when a project is moved to another server."""

from curation.files import Json


def is_imported(annotation: Json) -> bool:
    """
    Whether an exported annotation came by an import, and not by somebody's submission.

    Label Studio then makes up ``completed_by``: the account with the same number, or whoever
    imported. Times, copies and suggestions are lost. It counts the regions of what it is sent
    otherwise, and says by whom.
    """
    if former_number(annotation) is not None:
        return True
    return (
        annotation.get("result_count") == 0
        and bool(annotation.get("result"))
        and not (annotation.get("updated_by") or annotation.get("parent_prediction"))
    )


def former_number(annotation: Json) -> int | None:
    """The number of an imported annotation where it was exported; None where the file had none."""
    number = annotation.get("import_id")
    return number if isinstance(number, int) else None
