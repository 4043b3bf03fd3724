"""How long a command takes to begin: the best of some runs, taking turns with a Python that does nothing."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from frame.figures import Figure, at_most, report
from frame.processes import curate, python
from frame.studio import ROOT, document

ROUNDS = 7
DOCUMENTS = 36


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "documents.jsonl"
        lines = (document(number).to_line() + "\n" for number in range(DOCUMENTS))
        file.write_text("".join(lines), encoding="utf-8")
        score = ("eval", "--gold", str(file), "--predictions", str(file))
        rounds = [
            (
                python(["-c", "pass"]).seconds,
                curate("--help").seconds,
                curate(*score, cwd=ROOT).seconds,
            )
            for _ in range(ROUNDS)
        ]
    nothing, helped, scored = map(min, zip(*rounds, strict=True))
    against = "`python -c pass`"
    note = f"best of {ROUNDS}"
    yield at_most("`curate --help`", against, helped, nothing, note=note)
    work = f"`curate eval --gold FILE --predictions FILE`, {DOCUMENTS} documents"
    yield at_most(work, against, scored, nothing, note=note)


if __name__ == "__main__":
    report(figures())
