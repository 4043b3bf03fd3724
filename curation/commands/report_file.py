"""The file that ``--report`` names: never another file than a report is overwritten."""

from pathlib import Path

from curation import console
from curation.errors import InputError
from curation.files import STDIN, explain_os_errors, refuse_address

# How a report page begins.
DOCTYPE = b"<!doctype html>"
REPORT_HINT = "give another path: --report report.html"


def write_report(path: Path, page: str) -> None:
    """Write the page, and say what to do with it."""
    console.write(path, [page])
    console.say(f"The report is in {path}: open it in a browser.")


def refuse_report_path(path: Path | None) -> None:
    """Raises InputError where a page would overwrite another file, or stand among figures."""
    if path == STDIN:
        raise InputError(
            "--report -: the figures go to standard output; the report needs a file of its own",
            hint=REPORT_HINT,
        )
    if path is None:
        return
    refuse_address(path)
    if not path.is_file():
        return
    with explain_os_errors(path), path.open("rb") as stream:
        beginning = stream.read(len(DOCTYPE))
    if beginning.lower() not in (DOCTYPE, b""):
        raise InputError(
            f"{path}: the file is no report, and would be overwritten", hint=REPORT_HINT
        )
