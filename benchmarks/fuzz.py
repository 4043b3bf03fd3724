"""
Atheris, which is led by the code that it reaches, over every reader of files that others write.

``fuzz.py`` gives each reader some seconds; ``fuzz.py NAME`` goes on with one
until it is stopped, or has found something: bytes that make a reader raise
anything but an error of ours, take ten seconds, or take a gigabyte.
"""

import contextlib
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

try:
    import atheris
except ImportError:  # it isn't made for every machine
    atheris = None

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

# Only the process that fuzzes has to know where it has been.
with (
    atheris.instrument_imports(include=["curation", "tomllib", "json"])
    if atheris and sys.argv[1:]
    else contextlib.nullcontext()
):
    from readers import READERS

from frame.figures import Figure, report

SECONDS = 20
LONGEST = 20_000
HANG = 10
MEMORY = 1024
WORDS = (
    '"id"', '"text"', '"entities"', '"relations"', '"meta"', '"layer"', '"start"', '"end"', '"label"', '"head"',
    "%41", "%22", "\\xf0\\x9f\\x91\\x8d", "\\xe2\\x80\\xa8", "\\xc4\\x9f", "\\xff\\xfe", "\\xe9", "\\x93",
    "null", "1e400", "NaN", "-1", "\\\\ud800", "\\x00", "\\xff", "[[[[[[[[", "[entities.X]", "symmetric = true",
)  # fmt: skip


def fuzz(name: str, folder: Path, *limits: str) -> None:
    """Never returns: libFuzzer ends the process, with 0 where it found nothing."""
    reader = READERS[name]
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, sound in enumerate(reader.sound):
        (corpus / str(number)).write_bytes(sound)
    words = folder / "words"
    words.write_text("".join('"{}"\n'.format(word.replace('"', '\\"')) for word in WORDS))

    def one(raw: bytes) -> None:
        with contextlib.redirect_stdout(None):
            reader.refuses_or_reads(raw, folder)

    bounds = (f"-max_len={LONGEST}", f"-timeout={HANG}", f"-rss_limit_mb={MEMORY}")
    options = (
        *bounds,
        *limits,
        f"-dict={words}",
        f"-artifact_prefix={Path.cwd()}/",
        str(corpus),
    )
    atheris.Setup([sys.argv[0], *options], one)
    atheris.Fuzz()


def figures() -> Iterator[Figure]:
    work = f"fuzz {len(READERS)} readers (Atheris, {SECONDS} s each)"
    aim = "no exception but ours, no hang, below 1 GB"
    if not atheris:
        yield Figure(work, aim=aim, measured="there is no Atheris for this machine")
        return
    inputs = faults = peak = 0
    for number, name in enumerate(READERS):
        command = [sys.executable, __file__, name, f"-max_total_time={SECONDS}", "-seed=7"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        runs = re.search(r"Done (\d+) runs", done.stderr)
        memory = re.findall(r"rss: (\d+)Mb", done.stderr)
        inputs += int(runs[1]) if runs else 0
        peak = max([peak, *map(int, memory)])
        print(f"{number + 1}/{len(READERS)} {name}: {runs and runs[0]}", file=sys.stderr)
        if done.returncode:
            faults += 1
            print(done.stderr[-3000:], file=sys.stderr)
    yield Figure(
        work,
        aim=aim,
        measured=f"{faults} faults in {inputs:,} inputs, at most {peak} MB",
        met=not faults,
    )
    if faults:
        sys.exit("the bytes that did it are in the files that are named above")


if __name__ == "__main__":
    if sys.argv[1:]:
        with tempfile.TemporaryDirectory() as scratch:
            fuzz(sys.argv[1], Path(scratch), *sys.argv[2:])
    report(figures())
