"""Long lists end with how many more there are, and with what shows them."""

import json

import pytest
from command_line import run
from hypothesis import given
from hypothesis import strategies as st
from typer.main import get_command

from curation import console
from curation.cli import app
from curation.errors import CurateError, Problem, Problems
from curation.list_limit import and_more, forget_list_limit, join_first, list_everything

# They list nothing, or nothing that they leave out.
WITHOUT_LISTS = {"demo", "up", "down", "show", "log", "init", "train", "schema add"}


def commands(group=None, prefix=""):
    for name, command in (group or get_command(app)).commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{name} ")
        else:
            yield f"{prefix}{name}", command


@pytest.mark.parametrize(("name", "command"), [*commands()], ids=str)
def test_every_command_that_lists_something_lists_everything_with_all(name, command):
    has_all = any("--all" in parameter.opts for parameter in command.params)

    assert has_all == (name not in WITHOUT_LISTS)


PROBLEMS = [Problem(f"d{number}", "is wrong", f"http://x/{number}") for number in range(25)]
NAMES = [one.place for one in PROBLEMS]


@pytest.mark.parametrize(
    "listed",
    [
        lambda: "\n".join(console.problem_lines(PROBLEMS)),
        lambda: "\n".join(console.list_lines(NAMES, lambda name: (name,))),
        lambda: console.first_of(NAMES),
        lambda: join_first(NAMES),
        lambda: str(CurateError.from_problems(PROBLEMS)),
        lambda: str(CurateError.from_problems(Problems(PROBLEMS))),
    ],
    ids=["problems", "lines", "names", "words", "an error", "an error of a long file"],
)
def test_a_list_ends_with_how_many_more_there_are_and_what_to_type(listed):
    list_everything(False)
    beginning = listed()
    assert beginning.endswith("and 5 more: --all")
    assert "d19" in beginning
    assert "d20" not in beginning

    list_everything(True)
    assert "d24" in listed()
    assert "more" not in listed()

    forget_list_limit()  # a command without --all doesn't advise it
    assert listed().endswith("and 5 more")


def test_names_on_one_line_are_fewer_the_longer_they_are():
    """Twenty ids of 120 letters on a line are no message."""
    names = [f"{number:03}" + "x" * 117 for number in range(20)]

    list_everything(False)
    line = join_first(names)
    assert line == f"{', '.join(names[:3])} and 17 more: --all"
    assert join_first(["x" * 2000, "y"]) == f"{'x' * 2000} and 1 more: --all"

    list_everything(True)
    assert join_first(names) == ", ".join(names)
    forget_list_limit()


@given(st.integers(-3, 10**9))
def test_nothing_is_said_of_a_list_that_is_whole(omitted):
    assert (and_more(omitted) == "") == (omitted <= 0)


def test_all_that_is_wrong_with_a_file_is_listed_where_asked_for(tmp_path, capsys):
    lines = tmp_path / "articles.jsonl"
    lines.write_text("".join(json.dumps({"id": f"a{number}"}) + "\n" for number in range(30)))

    code, _, short = run(capsys, "ingest", str(lines))
    _, _, long = run(capsys, "ingest", str(lines), "--all")
    _, _, again = run(capsys, "ingest", str(lines))

    assert code == 1
    assert "and 10 more: --all" in short
    assert ":30: " not in short
    assert ":30: " in long
    assert "more" not in long
    assert again == short
