"""Whatever an id is made of, the command that a message gives means that id."""

import os
import subprocess

from hypothesis import given
from hypothesis import strategies as st
from laws import costly

from curation.documents.typed_ids import typed_ids

letters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
ids = st.text(letters, min_size=1, max_size=9) | st.sampled_from(
    [
        "-x",
        "--help",
        "'",
        '"',
        "\\",
        "\\'",
        "a\nb",
        "$HOME",
        "`ls`",
        "!",
        "~",
        "a b",
        "\x1b[2J",
        "*",
    ]
)


@costly(1 / 3)
@given(st.lists(ids, min_size=1, max_size=20))
def test_a_shell_reads_the_ids_as_they_are(some):
    typed = typed_ids(some)

    command = f'show() {{ [ "$1" = -- ] && shift; printf "%s\\0" "$@"; }}; show {typed}'
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    said = subprocess.run(
        ["bash", "-c", command], capture_output=True, env=environment, check=True
    )
    assert said.stdout.decode() == "".join(f"{one}\0" for one in some)
    assert typed.isprintable()
    assert all(one.startswith("-") is False for one in some) or typed.startswith("-- ")


def test_plain_ids_stay_as_they_are():
    assert typed_ids(["wikinews-784626", "São Paulo"]) == "wikinews-784626 'São Paulo'"
