"""Whatever stands in a file that we didn't write: it is read, or refused with a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from readers import READERS

# What is most likely to be taken for something else.
BITS = [
    b"", b" ", b"\n", b"\r", b"\x00", b"\xff", b"\xef\xbb\xbf", b"\\ud800", b"\\u0000", b"{}", b"[]", b"{", b"]",
    b"null", b"true", b"-1", b"0.0", b"1e400", b"NaN", b"9" * 40, b"9" * 5000, b'""', b'"', b",", b":", b"=", b"\\",
    b"[" * 3000, b'{"a":' * 3000, b"\xf0\x9f\x98\x80", b"\xe2\x80\xae", b"<script>", b"\x1b[31m", b"x" * 5000,
]  # fmt: skip

# Where (in parts of a million), how many bytes give way, and to what.
changes = st.lists(
    st.tuples(
        st.integers(0, 10**6),
        st.integers(0, 40),
        st.sampled_from(BITS) | st.binary(max_size=4),
    ),
    min_size=1,
    max_size=4,
)


def spoilt(raw, changes):
    for where, length, bit in changes:
        at = where * len(raw) // 10**6
        raw = raw[:at] + bit + raw[at + length :]
    return raw


@pytest.mark.parametrize("name", READERS)
def test_what_is_sound_is_read(name, tmp_path):
    reader = READERS[name]

    for number, sound in enumerate(reader.sound):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert reader.refuses_or_reads(sound, folder)


@pytest.mark.parametrize("name", READERS)
def test_what_is_spoilt_is_read_or_refused(name, tmp_path_factory):
    """No exception but ours; ``make bench`` tries far more, and looks at the memory."""
    reader, folder = READERS[name], tmp_path_factory.mktemp("fuzz")

    @given(st.sampled_from(reader.sound), changes)
    def holds(sound, changes):
        reader.refuses_or_reads(spoilt(sound, changes), folder)

    holds()
