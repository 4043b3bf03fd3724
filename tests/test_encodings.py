"""A file that isn't UTF-8 is told as what it is, and no command that is given changes a letter."""

import io
import os
import re
import shutil
import subprocess
import threading
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from curation.annotations.record import DocumentRecord
from curation.annotations.record_file import read_record, record_bytes
from curation.articles import read_articles
from curation.documents.document import Document
from curation.documents.stream import DocumentsFile
from curation.encodings import decode_utf8, describe_encoding
from curation.errors import InputError, Problem
from curation.files import STDIN, json_line, read_objects, read_text

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


@pytest.fixture
def iconv():
    """What runs the commands."""
    assert shutil.which("iconv"), "install iconv, which comes with the C library (libc-bin)"


def command_in(said: str) -> str:
    """The command that the sentence gives, as it is typed; empty where it gives none."""
    return said.partition("convert it: ")[2]


def type_in(folder: Path, command: str) -> None:
    """Type the command in a shell whose standard input is at its end."""
    subprocess.run(command, cwd=folder, shell=True, check=True, stdin=subprocess.DEVNULL)


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
            "not UTF-8: byte 0xe9 at position 3; convert it: "
            "iconv -f WINDOWS-1252 -t UTF-8 < cp1252.txt > cp1252.utf8.txt",
        ),
        (
            "utf16-no-mark",
            "UTF-16LE, as it seems, not UTF-8; convert it: "
            "iconv -f UTF-16LE -t UTF-8 < utf16-no-mark.txt > utf16-no-mark.utf8.txt",
        ),
        (
            "utf32",
            "UTF-32, not UTF-8; convert it: iconv -f UTF-32 -t UTF-8 < utf32.txt > utf32.utf8.txt",
        ),
    ],
)
def test_each_of_these_files_is_told_as_what_it_is(name, said, monkeypatch):
    monkeypatch.chdir(CASES)

    with pytest.raises(InputError, match=re.escape(said) + "$"):
        read_text(Path(f"{name}.txt"))


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
    said = describe_encoding(text.encode(encoding), "a.txt")

    assert command_in(said) == f"iconv -f {name} -t UTF-8 < a.txt > a.utf8.txt"


@pytest.mark.usefixtures("iconv")
def test_whatever_command_is_given_gives_back_the_text(tmp_path):
    given_commands = 0
    (tmp_path / "x").mkdir()
    file = tmp_path / "x" / "a b's.txt"
    for text in SENTENCES:
        for encoding in ENCODINGS:
            try:
                raw = text.encode(encoding)
                said = describe_encoding(raw, "x/a b's.txt")
            except UnicodeEncodeError:
                continue
            if command := command_in(said):
                given_commands += 1
                file.write_bytes(raw)
                type_in(tmp_path, command)
                assert read_text(file.with_name("a b's.utf8.txt")) == text, (encoding, command)
    assert given_commands > 200


@pytest.mark.usefixtures("iconv")
@pytest.mark.parametrize(
    "name",
    ["news.txt", "-n.txt", "my news (1).txt", "l'été $HOME.txt", "NEWS.TXT", "a.b.jsonl"],
)
def test_ingest_reads_what_the_command_writes(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    text = "Der Außenminister sprach über die Lage in der Türkei."
    line = json_line({"id": "a", "text": text}) if name.endswith("jsonl") else text
    Path(name).write_bytes(line.encode("cp1252"))
    with pytest.raises(InputError) as refused:
        list(read_articles([Path(name)]))

    type_in(tmp_path, command_in(str(refused.value)))

    (new,) = {path.name for path in tmp_path.iterdir()} - {name}
    (article,) = read_articles([Path(new)])
    assert article.text.strip() == text
    assert Path(name).read_bytes() == line.encode("cp1252")


@pytest.mark.usefixtures("iconv")
@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_a_record_is_converted_where_it_is(tmp_path, encoding):
    """Another file beside it would be another record."""
    text = "Der Außenminister sprach über die Lage in der Türkei."
    record = DocumentRecord(
        format=1,
        id="d",
        text_sha256=Document("d", text).text_sha256,
        group="d",
        state="active",
        meta={},
        text=(text,),
        suggestions={},
        annotations=(),
        verdict=None,
    )
    (tmp_path / "d.json").write_bytes(record_bytes(record).decode().encode(encoding))
    _, problems = read_record((tmp_path / "d.json").read_bytes(), "d.json")

    type_in(tmp_path, command_in(problems[0].what))

    assert [path.name for path in tmp_path.iterdir()] == ["d.json"]
    assert read_record((tmp_path / "d.json").read_bytes(), "d.json") == (record, [])


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-16-le"])
def test_without_a_file_the_encoding_is_named_and_no_command_given(monkeypatch, encoding):
    raw = "Der Außenminister sprach über die Lage.\n".encode(encoding)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))

    with pytest.raises(InputError) as refused:
        list(read_articles([STDIN]))

    name = {"cp1252": "WINDOWS-1252", "utf-16": "UTF-16", "utf-16-le": "UTF-16LE"}[encoding]
    assert name in str(refused.value)
    assert "iconv" not in str(refused.value)


def test_a_pipe_gets_no_command(tmp_path):
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(b"Caf\xe9 is it"))
    writer.start()

    with pytest.raises(InputError, match=r"position 3; WINDOWS-1252, as it seems$"):
        read_text(pipe)

    writer.join()


def test_a_name_that_nobody_can_type_gets_no_command():
    said = describe_encoding(b"Caf\xe9 is it", "a\nb.txt")

    assert said == "not UTF-8: byte 0xe9 at position 3; WINDOWS-1252, as it seems"


@given(st.sampled_from(SENTENCES), st.sampled_from(SENTENCES), st.data())
def test_text_cut_inside_a_character_is_never_converted(first, last, data):
    raw = f"{first} {last}".encode()
    inside = [n for n in range(1, len(raw)) if raw[n] & 0xC0 == 0x80]
    end = data.draw(st.sampled_from(inside or [len(raw)]))

    said = describe_encoding(raw[:end], "a.txt")

    assert not command_in(said)
    assert bool(said) == bool(inside)


@given(st.sampled_from(SENTENCES), st.binary(min_size=1, max_size=3))
@example("She said 👍 and left.", b"\xe9")
def test_a_file_that_is_utf8_elsewhere_is_never_converted(sentence, odd):
    """One bad byte in many good characters: to convert the file would spoil those."""
    raw = "é “ü” – ".encode() * 20 + sentence.encode() + odd + b" and so on"

    try:
        decode_utf8(raw, "a.txt")
    except ValueError as error:
        assert not command_in(str(error))  # noqa: PT017 - most draws raise nothing


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_told(raw):
    try:
        assert decode_utf8(raw).encode() == raw
    except ValueError as error:
        assert str(error)  # noqa: PT017


def test_a_line_is_not_converted_by_itself(tmp_path, monkeypatch):
    """Only the whole file shows in which encoding it is: here one line is in another than the others."""
    monkeypatch.chdir(tmp_path)
    mixed = Path("mixed.jsonl")
    mixed.write_bytes('{"a":"é “ü”"}\n'.encode() * 3 + b'{"b":"caf\xe9"}\n')
    whole = Path("whole.jsonl")
    whole.write_bytes(b'{"a":"x"}\n{"b":"caf\xe9 is it"}\n')
    told: list = []

    list(read_objects(mixed, told))
    list(read_objects(whole, told))

    assert [problem.what for problem in told] == [
        "not UTF-8: byte 0xe9 at position 9",
        "not UTF-8: byte 0xe9 at position 9; convert it: "
        "iconv -f WINDOWS-1252 -t UTF-8 < whole.jsonl > whole.utf8.jsonl",
    ]


@pytest.mark.parametrize("encoding", ["shift_jis", "euc_jp", "gbk", "euc_kr", "big5"])
@pytest.mark.parametrize("text", EAST_ASIAN)
def test_an_encoding_of_east_asia_is_not_taken_for_utf8_with_a_slip(text, encoding):
    """Some pairs of its bytes are UTF-8 by chance."""
    said = describe_encoding(text.encode(encoding, "ignore"), "a.txt")

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
        (
            b'{"id": "a", "text": "caf\xe9"}\n',
            "convert it: iconv -f WINDOWS-1252 -t UTF-8 < articles.jsonl > articles.utf8.jsonl",
        ),
    ],
    ids=["cut", "single bytes"],
)
def test_every_reader_of_lines_says_what_their_file_is(tmp_path, monkeypatch, raw, what):
    """Push reads lines twice, from an open file; ingest and eval once."""
    monkeypatch.chdir(tmp_path)
    file = Path("articles.jsonl")
    file.write_bytes(b'{"id": "b", "text": "Oslo"}\n' + raw)
    told: list[Problem] = []
    list(read_objects(file, told))

    *_, line = DocumentsFile(file).lines()
    _, told_by_push = line.read()

    assert [problem.place for problem in told] == [f"{file}:2"]
    assert told_by_push == told
    assert told[0].what.endswith(what)
