"""Files are read strictly and written whole or not at all."""

from contextlib import ExitStack

import pytest

from curation.errors import CurateError, InputError
from curation.files import atomic, lock, parse_object, read_lines, read_text, write_text


@pytest.mark.parametrize(
    ("line", "what"),
    [
        pytest.param("{", "not JSON", id="broken"),
        pytest.param("[1]", "here is a list", id="a list"),
        pytest.param('"x"', "here is a string", id="a string"),
        pytest.param("null", "here is null", id="null"),
        pytest.param('{"a":NaN}', "NaN is not a JSON number", id="NaN"),
        pytest.param('{"a":-Infinity}', "-Infinity is not", id="infinity"),
        pytest.param('{"a":1e400}', "1e400 is too large", id="infinity by exponent"),
        pytest.param('{"a":1,"a":2}', "'a' stands twice", id="a key twice"),
        pytest.param('{"a":{"b":1,"b":2}}', "'b' stands twice", id="a key twice inside"),
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

    assert list(read_lines(path)) == [(1, "one\u2028\x85\x0ctwo"), (4, "three")]


@pytest.mark.parametrize("reader", [read_text, lambda path: list(read_lines(path))])
def test_what_is_not_utf8_is_told_with_its_place(tmp_path, reader):
    path = tmp_path / "latin.txt"
    path.write_bytes(b"ok\ncaf\xe9")

    with pytest.raises(InputError, match=r"latin.txt.*not UTF-8: byte 0xe9") as caught:
        reader(path)

    assert "iconv" in caught.value.hint


def test_a_missing_file_and_a_folder_are_told(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_text(tmp_path / "nothing")
    with pytest.raises(InputError, match="is a folder"):
        read_text(tmp_path)


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path):
    path = tmp_path / "kept"
    write_text(path, "old")

    def write_and_fail():
        with atomic(path) as stream:
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
