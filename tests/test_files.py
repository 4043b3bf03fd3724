"""Files are read strictly and written whole or not at all."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from curation.errors import CurateError, InputError
from curation.files import atomic_writer, lock, read_lines, read_objects, read_text, write_text
from curation.strict_json import parse_object


@pytest.mark.parametrize(
    ("line", "what"),
    [
        pytest.param("{", "not JSON", id="broken"),
        pytest.param("[1]", "a list, not a JSON object", id="a list"),
        pytest.param('"x"', "a string, not a JSON object", id="a string"),
        pytest.param("null", "null, not a JSON object", id="null"),
        pytest.param('{"a":NaN}', "NaN is not a JSON number", id="NaN"),
        pytest.param('{"a":-Infinity}', "-Infinity is not", id="infinity"),
        pytest.param('{"a":1e400}', "1e400 is too large", id="infinity by exponent"),
        pytest.param('{"a":1,"a":2}', "duplicate key 'a'", id="a key twice"),
        pytest.param('{"a":{"b":1,"b":2}}', "duplicate key 'b'", id="a key twice inside"),
        pytest.param("[" * 100_000, "nested too deeply", id="nested"),
        pytest.param('{"a":' + "9" * 5000 + "}", "too large", id="an integer of 5,000 digits"),
    ],
)
def test_what_is_no_strict_json_object_is_refused(line, what):
    with pytest.raises(ValueError, match=what.replace("(", r"\(")):
        parse_object(line)


def test_lines_end_at_newlines_only(tmp_path):
    """U+2028, U+0085 and form feeds stay inside their line; blank lines are passed over."""
    path = tmp_path / "a.jsonl"
    path.write_bytes("\ufeffone\u2028\x85\x0ctwo\r\n\n  \nthree".encode())

    assert list(read_lines(path)) == [
        (1, "one\u2028\x85\x0ctwo".encode()),
        (4, b"three"),
    ]


def test_text_that_is_not_utf8_is_an_error_with_its_place(tmp_path):
    path = tmp_path / "latin.txt"
    path.write_bytes(b"ok\ncaf\xe9")

    with pytest.raises(
        InputError, match=r"latin.txt: not UTF-8: byte 0xe9 at position 6.*iconv"
    ):
        read_text(path)


def test_a_line_that_is_not_utf8_is_one_problem_among_the_others(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"a":1}\n{"b":"caf\xe9"}\n[]\n{"c":2}\n')
    problems = []

    read = list(read_objects(path, problems))

    assert read == [(f"{path}:1", {"a": 1}), (f"{path}:4", {"c": 2})]
    assert [problem.place for problem in problems] == [f"{path}:2", f"{path}:3"]
    assert "not UTF-8: byte 0xe9 at position 9" in problems[0].what


def test_a_file_without_an_end_fills_no_memory():
    """One line is read as far as a line may go, and nothing after it."""
    problems = []

    assert list(read_objects(Path("/dev/zero"), problems)) == []
    assert problems[0].what == "binary data, not text"
    with pytest.raises(InputError, match="longer than 1,000 characters"):
        read_text(Path("/dev/zero"), at_most=1000)


def test_a_missing_file_and_a_folder_are_errors(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_text(tmp_path / "nothing")
    with pytest.raises(InputError, match="is a folder"):
        read_text(tmp_path)


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path):
    path = tmp_path / "kept"
    write_text(path, "old")

    def write_and_fail():
        with atomic_writer(path) as stream:
            stream.write("half of the new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_and_fail()
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["kept"]


def test_a_private_file_is_private_from_the_start(tmp_path):
    path = tmp_path / "secret"
    write_text(path, "x", mode=0o600)

    assert path.stat().st_mode & 0o777 == 0o600


def test_a_lock_is_held_by_one_at_a_time(tmp_path):
    path = tmp_path / "a.lock"
    with ExitStack() as first:
        first.enter_context(lock(path, busy="busy"))
        with pytest.raises(CurateError, match="busy"), lock(path, busy="busy"):
            pass

    with lock(path, busy="busy"):
        pass


def test_a_second_writer_of_a_file_is_refused(tmp_path):
    path = tmp_path / "a.jsonl"
    with atomic_writer(path) as stream:
        stream.write("first")
        with (
            pytest.raises(CurateError, match="another command is writing"),
            atomic_writer(path),
        ):
            pass

    assert path.read_text() == "first"


def test_what_a_killed_writer_left_is_overwritten(tmp_path):
    (tmp_path / ".a.jsonl.part").write_text("half of somethi")
    write_text(tmp_path / "a.jsonl", "whole")

    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"a.jsonl": "whole"}


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "here").symlink_to(tmp_path / "there")
    write_text(tmp_path / "here", "x")

    assert (tmp_path / "here").is_symlink()
    assert (tmp_path / "there").read_text() == "x"


def test_a_device_is_never_replaced():
    with pytest.raises(CurateError, match="not a regular file"):
        write_text(Path("/dev/null"), "x")

    assert Path("/dev/null").is_char_device()
