"""A file that isn't UTF-8 is told as what it is, and no command that is given changes a letter."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from curation.documents.stream import DocumentsFile
from curation.encodings import decode_utf8, describe_encoding
from curation.errors import InputError, Problem
from curation.files import read_objects, read_text

CASES = Path(__file__).parent / "cases" / "encodings"
NEWS = "Angela Merkel met Recep Tayyip Erdoğan in İstanbul"

SENTENCES = (
    "The minister said “we won’t go” – and he didn’t.",
    "Café “Zürich” – naïve résumé of the señor",
    "It costs €5 at the café.",
    "It’s the end.",
    NEWS,
    "Le président a été élu à Paris où il est né.",
    "Il va à Paris.",
    "Der Außenminister sprach über die Lage in der Türkei.",
    "¿Qué pasó en la reunión? El señor López no contestó.",
    "O presidente não falou com os cidadãos em São Paulo.",
    "Statsministern åkte till Malmö för att möta väljarna.",
    "Cumhurbaşkanı Erdoğan İstanbul'da açıklama yaptı ve bu gün döndü.",
    "Başbakan Ankara'da görüştü.",
    "Prezydent Wałęsa spotkał się w Łodzi z ministrem.",
    "Prezident se v Praze setkal s ministrem zahraničí.",
    "Vŕba stojí pri rieke v meste a je na nej hniezdo.",
    "A miniszterelnök találkozott az elnökkel, és ez jó volt.",
    "Preşedintele a vorbit cu ţăranii din Iaşi pe care nu îi ştie.",
    "Predsjednik je u Zagrebu razgovarao s građanima i došao će za tjedan.",
    "Prezidents tikās ar ministru Rīgā, bet par to nav ziņu no avīzēm.",
    "Prezidentė susitiko su ministru ir sakė, kad yra žinių.",
    "Forsetinn og ráðherrann fóru til Reykjavíkur en það var ekki gott.",
    "Президент России встретился с министром.",
    "ВСТРЕЧА МИНИСТРОВ В МОСКВЕ",
    "Президент України зустрівся з міністром у Києві.",
    "Ο πρωθυπουργός της Ελλάδας μίλησε στην Αθήνα.",
    "ראש הממשלה נפגש עם הנשיא בירושלים",
    "اجتمع الرئيس مع الوزير في القاهرة",
    "นายกรัฐมนตรีพบกับประธานาธิบดี",
    "总统昨天在北京会见了部长。",
    "中国和美国签署了一项协议。",
    "總統昨天在台北會見了部長。",
    "首相は昨日、東京で大統領と会談した。",
    "대통령은 어제 서울에서 장관을 만났다.",
    "She said 👍 and left.",
)
EAST_ASIAN = (
    "安倍首相は東京で会見した。日本とロシアの外相が会談し、経済協力について話し合った。",
    "李强总理昨天在北京会见了法国总统马克龙。双方讨论了贸易和气候合作。",
    "總統昨天在台北會見了法國代表。雙方討論了貿易和氣候合作。",
    "문재인 대통령은 어제 서울에서 회의를 열었다. 북한과 대화를 계속하겠다고 말했다.",
)
ENCODINGS = (
    "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "iso8859_1",
    "iso8859_2", "iso8859_4", "iso8859_5", "iso8859_7", "iso8859_9", "iso8859_13", "iso8859_15", "iso8859_16",
    "koi8_r", "koi8_u", "mac_roman", "mac_cyrillic", "mac_turkish", "cp437", "cp850", "cp852", "cp857", "cp866",
    "tis_620", "cp932", "euc_jp", "gb18030", "big5", "euc_kr", "utf_8", "utf_16", "utf_16_le", "utf_16_be",
    "utf_32", "utf_32_le", "utf_32_be",
)  # fmt: skip


def command_in(said: str) -> list[str]:
    """The command that the sentence gives, as it is typed; empty where it gives none."""
    found = re.search(r"convert it: (iconv -f \S+ -t UTF-8)", said)
    return found[1].split() if found else []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "cut-emoji",
            "UTF-8, cut off inside the last character: byte 0xf0 at position 53; get the whole file",
        ),
        ("cp1254", "not UTF-8: byte 0xf0 at position 35"),
        (
            "cp1252",
            "not UTF-8: byte 0xe9 at position 3; convert it: iconv -f WINDOWS-1252 -t UTF-8",
        ),
        (
            "utf16-no-mark",
            "UTF-16LE, as it seems, not UTF-8; convert it: iconv -f UTF-16LE -t UTF-8",
        ),
        ("utf32", "UTF-32, not UTF-8; convert it: iconv -f UTF-32 -t UTF-8"),
    ],
)
def test_each_of_these_files_is_told_as_what_it_is(name, said):
    with pytest.raises(InputError, match=re.escape(said) + "$"):
        read_text(CASES / f"{name}.txt")


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [
        ("Il est né le 5 mai, et il a été élu.", "cp1252", "WINDOWS-1252"),
        ("It’s “the end” – he said.", "cp1252", "WINDOWS-1252"),
        ("Cumhurbaşkanı bu gün açıklama yaptı ve döndü.", "cp1254", "WINDOWS-1254"),
        ("Prezydent Wałęsa spotkał się w Łodzi.", "cp1250", "WINDOWS-1250"),
        ("Президент встретился с министром.", "cp1251", "WINDOWS-1251"),
        ("Президент встретился с министром.", "koi8_r", "KOI8-R"),
        ("总统昨天在北京 会见了部长。", "utf_16_le", "UTF-16LE"),
    ],
)
def test_an_encoding_is_named_where_no_other_fits(text, encoding, name):
    said = describe_encoding(text.encode(encoding))

    assert command_in(said) == ["iconv", "-f", name, "-t", "UTF-8"]


@pytest.mark.skipif(not shutil.which("iconv"), reason="there is no iconv to be run")
def test_whatever_command_is_given_gives_back_the_text():
    given_commands = 0
    for text in SENTENCES:
        for encoding in ENCODINGS:
            try:
                raw = text.encode(encoding)
                said = describe_encoding(raw)
            except UnicodeEncodeError:
                continue
            if command := command_in(said):
                given_commands += 1
                done = subprocess.run(command, input=raw, capture_output=True, check=True)
                assert done.stdout.decode().removeprefix("\ufeff") == text, (encoding, command)
    assert given_commands > 200


@given(st.sampled_from(SENTENCES), st.sampled_from(SENTENCES), st.data())
def test_text_cut_inside_a_character_is_never_converted(first, last, data):
    raw = f"{first} {last}".encode()
    inside = [n for n in range(1, len(raw)) if raw[n] & 0xC0 == 0x80]
    end = data.draw(st.sampled_from(inside or [len(raw)]))

    said = describe_encoding(raw[:end])

    assert not command_in(said)
    assert bool(said) == bool(inside)


@given(st.sampled_from(SENTENCES), st.binary(min_size=1, max_size=3))
@example("She said 👍 and left.", b"\xe9")
def test_a_file_that_is_utf8_elsewhere_is_never_converted(sentence, odd):
    """One bad byte in many good characters: to convert the file would spoil those."""
    raw = "é “ü” – ".encode() * 20 + sentence.encode() + odd + b" and so on"

    try:
        decode_utf8(raw)
    except ValueError as error:
        assert not command_in(str(error))  # noqa: PT017 - most draws raise nothing


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_told(raw):
    try:
        assert decode_utf8(raw).encode() == raw
    except ValueError as error:
        assert str(error)  # noqa: PT017


def test_a_line_is_not_converted_by_itself(tmp_path, capsys):
    """Only the whole file shows in which encoding it is: here one line is in another than the others."""
    mixed = tmp_path / "mixed.jsonl"
    mixed.write_bytes('{"a":"é “ü”"}\n'.encode() * 3 + b'{"b":"caf\xe9"}\n')
    whole = tmp_path / "whole.jsonl"
    whole.write_bytes(b'{"a":"x"}\n{"b":"caf\xe9 is it"}\n')
    told: list = []

    list(read_objects(mixed, told))
    list(read_objects(whole, told))

    assert [problem.what for problem in told] == [
        "not UTF-8: byte 0xe9 at position 9",
        "not UTF-8: byte 0xe9 at position 9; convert it: iconv -f WINDOWS-1252 -t UTF-8",
    ]


@pytest.mark.parametrize("encoding", ["shift_jis", "euc_jp", "gbk", "euc_kr", "big5"])
@pytest.mark.parametrize("text", EAST_ASIAN)
def test_an_encoding_of_east_asia_is_not_taken_for_utf8_with_a_slip(text, encoding):
    """Some pairs of its bytes are UTF-8 by chance."""
    said = describe_encoding(text.encode(encoding, "ignore"))

    assert "elsewhere" not in said
    assert not command_in(said)


def test_one_odd_byte_among_many_characters_is_told_as_that():
    raw = "é “ü” – ".encode() * 3 + b"caf\xe9"

    said = describe_encoding(raw + b" and so on")

    assert said == "not UTF-8: byte 0xe9 at position 51, in a file that is UTF-8 elsewhere"


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (
            '{"id": "a", "text": "🙂'.encode()[:-1],
            "the file is cut off inside its last character; get the whole file",
        ),
        (b'{"id": "a", "text": "caf\xe9"}\n', "convert it: iconv -f WINDOWS-1252 -t UTF-8"),
    ],
    ids=["cut", "single bytes"],
)
def test_every_reader_of_lines_says_what_their_file_is(tmp_path, raw, what):
    """Push reads lines twice, from an open file; ingest and eval once."""
    file = tmp_path / "articles.jsonl"
    file.write_bytes(b'{"id": "b", "text": "Oslo"}\n' + raw)
    told: list[Problem] = []
    list(read_objects(file, told))

    *_, line = DocumentsFile(file).lines()
    _, told_by_push = line.read()

    assert [problem.place for problem in told] == [f"{file}:2"]
    assert told_by_push == told
    assert told[0].what.endswith(what)
