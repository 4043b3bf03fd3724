"""Whatever somebody gives us: one sentence a mistake, with its place, exit code 1, nothing written."""

import json
import os
import shutil
import subprocess
import sys
import time

import pytest
from command_line import run
from gold_samples import annotated, read_next, working
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from samples import ROOT, SCHEMA

from curation.articles import read_articles
from curation.documents.document import LONGEST_TEXT, Document, Layer
from curation.documents.interchange import parse_document
from curation.documents.stream import DocumentsFile
from curation.errors import CurateError, SchemaError
from curation.gold.tables.read_rows import read_annotation_row, read_gold_row
from curation.gold.tables.rows import annotation_row, gold_row
from curation.labelstudio.pull.read_result import read_result
from curation.labelstudio.pull.started_from import shown_suggestion
from curation.labelstudio.tasks import article_in_task
from curation.schema import read_schema
from curation.schema.guidelines import guidelines_html
from curation.schema.labeling import labeling_xml
from curation.strict_json import LONGEST_LINE, parse_object

TEXT = "Bob met Al."
GERMAN = "Die Regierung hat am Montag ein Gesetz beschlossen, das nach dem Willen der Koalition auch die Städte mit einbezieht und nicht auf den Bund beschränkt ist."


@pytest.fixture
def desk(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "label_config", tmp_path / "label_config")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def entity(**change):
    return {"id": "a", "start": 0, "end": 3, "label": "PERSON"} | change


def line(**change):
    form = {"id": "d", "text": TEXT, "entities": [entity()]} | change
    return json.dumps(form).encode()


def joined(label="meets_with", head="a", tail="b"):
    al = entity(id="b", start=8, end=10)
    relation = {"head": head, "tail": tail, "label": label}
    return line(entities=[entity(), al], relations=[relation])


BAD_LINES = {
    "not JSON": (b"{", "not JSON"),
    "a string without an end": (b'{"id":"d', "Unterminated string starting at character 7"),
    "not an object": (b"[1]", "a list, not a JSON object"),
    "not UTF-8": (b'{"id":"caf\xe9"}', "not UTF-8: byte 0xe9"),
    "UTF-16": (
        '{"id":"d"}'.encode("utf-16"),
        "not UTF-8: byte 0xff at position 0",
    ),
    "NaN": (line(meta={"n": float("nan")}), "NaN is not a JSON number"),
    "1e400": (line().replace(b'"start": 0', b'"start": 1e400'), "1e400 is too large"),
    "10 MB": (line(text="x" * 10**7), "the text has 10,000,000 characters"),
    "100 MB": (b'{"id":"' + b"x" * 10**8, f"longer than {LONGEST_LINE:,} bytes"),
    "nested": (b'{"id":' + b"[" * 10**5, "nested too deeply"),
    "nested less": (b'{"id":' + b"[" * 900 + b"]" * 900 + b"}", "must be a string"),
    "a key missing": (b'{"id":"d","entities":[]}', "the document has no 'text'"),
    "a key unknown": (line(colour=1), "unknown key 'colour'"),
    "a key twice": (b'{"id":"d","id":"e","text":"x"}', "duplicate key 'id'"),
    "an offset as text": (
        line(entities=[entity(start="0")]),
        "'start' of the entity 'a' must be an integer, not the string '0'",
    ),
    "an offset with a point": (
        line(entities=[entity(start=0.0)]),
        "'start' of the entity 'a' must be an integer, not the decimal number 0.0",
    ),
    "no offset, in one of many entities": (
        line(entities=[entity(), {"id": "e7", "end": 3, "label": "ORG"}]),
        "the entity 'e7' has no 'start'",
    ),
    "no offset and no id": (
        line(entities=[entity(), {"end": 3, "label": "ORG"}]),
        "the entity number 2 has no 'start'",
    ),
    "an offset of true": (line(entities=[entity(start=True)]), "an integer, not true"),
    "an offset of null": (line(entities=[entity(start=None)]), "an integer, not null"),
    "a span reversed": (line(entities=[entity(start=3, end=0)]), "3..0: the span is empty"),
    "a span empty": (line(entities=[entity(end=0)]), "0..0: the span is empty"),
    "a span negative": (line(entities=[entity(start=-1)]), "-1..3: the span is empty"),
    "a span outside": (line(entities=[entity(end=99)]), "0..99: the span is empty"),
    "a span far outside": (line(entities=[entity(end=10**30)]), "outside the text (0..11)"),
    "a span of white space": (line(entities=[entity(end=4)]), "begins or ends with white"),
    "a score too large": (line(entities=[entity(score=10**400)]), "'score' of the entity"),
    "a relation to nothing": (joined(tail="z"), "'z', which is no entity"),
    "a relation to itself": (joined(tail="a"), "joins an entity with itself"),
    "half a character": (b'{"id":"d","text":"\\ud800","meta":{}}', "half a character"),
    "half a character in a key": (
        line(meta={"\ud800": ["x"]}),
        "half a character (a lone surrogate, '\\ud800')",
    ),
    "NUL": (line(text=TEXT + "\0"), "a NUL character"),
    "only white space": (line(text=" \n ", entities=[]), "is only white space"),
}
BAD_LABELS = {
    "an unknown label": (
        line(entities=[entity(label="PERS")]),
        "has the label 'PERS', which is no entity type",
    ),
    "an unknown relation": (joined(label="likes"), "'likes' is no relation"),
    "against its signature": (joined(label="holds_position"), "may not join PERSON to PERSON"),
}


@pytest.mark.parametrize("mistake", BAD_LINES)
def test_a_bad_line_is_told_with_its_place_and_nothing_is_written(desk, capsys, mistake):
    raw, said = BAD_LINES[mistake]
    (desk / "bad.jsonl").write_bytes(line(id="good", entities=[]) + b"\n" + raw + b"\n")
    before = sorted(desk.rglob("*"))

    code, out, err = run(capsys, "ingest", "bad.jsonl", "-o", "out.jsonl")

    assert (code, out) == (1, "")
    assert err.startswith("error: bad.jsonl:2: ")
    assert said in err
    assert "\nhint: " in err
    assert len(err) < 1000
    assert sorted(desk.rglob("*")) == before


@pytest.mark.parametrize("mistake", BAD_LABELS)
def test_a_label_that_the_schema_lacks_is_told_before_anything_is_sent(desk, capsys, mistake):
    raw, said = BAD_LABELS[mistake]
    (desk / "bad.jsonl").write_bytes(raw + b"\n")
    os.environ["LABEL_STUDIO_URL"], os.environ["LABEL_STUDIO_API_KEY"] = "http://[::1]:9", "x"
    try:
        code, _, err = run(capsys, "push", "bad.jsonl")
    finally:
        del os.environ["LABEL_STUDIO_URL"], os.environ["LABEL_STUDIO_API_KEY"]

    assert code == 1
    assert err.startswith("error: bad.jsonl:1: d, ")
    assert said in err
    assert "hint: nothing was sent" in err


def test_every_bad_line_is_told_whatever_is_wrong_with_it(desk, capsys):
    """The first twenty, then how many more; in the order of the file."""
    mistakes = [raw for name, (raw, _) in BAD_LINES.items() if "MB" not in name]
    (desk / "bad.jsonl").write_bytes(b"\n".join(mistakes))

    code, _, err = run(capsys, "ingest", "bad.jsonl", "-o", "out.jsonl")

    told = [row for row in err.splitlines() if "bad.jsonl:" in row]
    lines = [int(row.split("bad.jsonl:")[1].split(":")[0]) for row in told]
    assert code == 1
    assert (lines[0], len(told)) == (1, 20)
    assert f"… and {len(mistakes) - 18} more" in err  # two lines have two
    assert not (desk / "out.jsonl").exists()


NO_LINES = {
    "UTF-16": (
        "\n".join(['{"id":"a","text":"x"}'] * 30).encode("utf-16"),
        "iconv -f UTF-16 -t UTF-8",
    ),
    "UTF-16, without a mark": (
        '{"id":"a"}\n'.encode("utf-16-le"),
        "iconv -f UTF-16LE -t UTF-8",
    ),
    "UTF-16, the other way round": ('{"id":"a"}\n'.encode("utf-16-be"), "iconv -f UTF-16BE -t"),
    "Parquet": (b"PAR1\x15\x04\n\n", "binary data, not text"),
    "zipped": (b"\x1f\x8b\x08\0\n\xff\n", "binary data, not text"),
}


@pytest.mark.parametrize("mistake", NO_LINES)
@pytest.mark.parametrize("command", [["ingest"], ["push"], ["eval", "--gold"]], ids=" ".join)
def test_a_file_that_has_no_lines_to_read_is_told_once(desk, capsys, mistake, command):
    raw, said = NO_LINES[mistake]
    (desk / "bad.jsonl").write_bytes(raw)

    code, out, err = run(capsys, *command, "bad.jsonl")

    assert (code, out) == (1, "")
    assert err.startswith("error: bad.jsonl: ")
    assert said in err.splitlines()[0]
    assert err.splitlines()[1].startswith("hint: ")


def a_loop(path):
    path.symlink_to(path)


BAD_ARTICLES = {
    "missing": (lambda path: None, "no such file"),
    "empty": (lambda path: path.write_bytes(b""), "the article is empty"),
    "binary": (
        lambda path: path.write_bytes(bytes(range(256))),
        "binary data, not text",
    ),
    "not UTF-8": (lambda path: path.write_bytes(b"caf\xe9"), "not UTF-8: byte 0xe9"),
    "UTF-16": (lambda path: path.write_bytes("Hi".encode("utf-16")), "UTF-16, not UTF-8"),
    "UTF-32": (
        lambda path: path.write_bytes("Hi".encode("utf-32")),
        "iconv -f UTF-32 -t UTF-8",
    ),
    "UTF-16 by another": (
        lambda path: path.write_bytes("Hi".encode("utf-16-be")),
        "UTF-16BE, as it seems, not UTF-8",
    ),
    "NUL": (lambda path: path.write_bytes(b"a\0b"), "a NUL character at 1"),
    "50 MB": (lambda path: path.write_bytes(b"word " * 10**7), f"longer than {LONGEST_TEXT:,}"),
    "a folder with nothing": (lambda path: path.mkdir(), "no articles found"),
    "a loop of links": (a_loop, "too many levels of symbolic links"),
    "a device": (lambda path: path.symlink_to("/dev/zero"), f"longer than {LONGEST_TEXT:,}"),
}


@pytest.mark.parametrize("mistake", BAD_ARTICLES)
def test_a_bad_article_is_told_and_nothing_is_written(desk, capsys, mistake):
    make, said = BAD_ARTICLES[mistake]
    make(desk / "bad.txt")
    before = sorted(desk.rglob("*"))

    code, out, err = run(capsys, "ingest", "bad.txt", "-o", "out.jsonl")

    assert (code, out) == (1, "")
    assert err.startswith("error: bad.txt: ")
    assert said in err
    assert "\nhint: " in err
    assert sorted(desk.rglob("*")) == before


def test_all_bad_articles_are_told_at_once(desk, capsys):
    (desk / "in").mkdir()
    for number in range(25):
        (desk / "in" / f"{number:02}.txt").write_bytes(b"\xff" if number % 2 else b"")
    (desk / "in" / "loop").symlink_to(desk / "in")

    code, _, err = run(capsys, "ingest", "in", "-o", "out.jsonl")

    assert code == 1
    assert err.count("in/") == 20
    assert "… and 5 more" in err


def test_a_files_name_that_is_not_utf8_is_told(desk, capsys):
    (desk / os.fsdecode(b"caf\xe9.txt")).write_text("Title\n\nText.")

    code, _, err = run(capsys, "ingest", ".", "-o", "out.jsonl")

    assert code == 1
    assert "the file's name, which is the article's id, is not UTF-8" in err


def test_ten_mistakes_in_a_schema_are_told_at_once(desk, capsys):
    path = desk / "label_config" / "schema.toml"
    text = path.read_text()
    text += '\n[entities."<b>"]\ndefinition = "x"\nin = ["a", "b"]\nout = ["a", "b"]\ncolor = "red"\nhotkey = "1"\n'
    text += '\n[entities.OTHER]\ndefinition = ""\nin = []\nout = 3\ncolour = "#000000"\nhotkey = "pp"\nmodel_labels = ["GPE"]\nkind = 1\n'
    text += '\n[relations.likes]\ndefinition = "x"\nin = ["a", "b"]\nout = ["a", "b"]\ncolor = "#000000"\nhead = ["NOBODY"]\ntail = ["PERSON"]\n'
    path.write_text(text)
    before = {p: p.read_bytes() for p in desk.rglob("*") if p.is_file()}

    code, out, err = run(capsys, "schema", "build")

    problems = [row for row in err.splitlines() if "schema.toml:" in row]
    assert (code, out) == (1, "")
    assert len(problems) >= 10
    assert "'<b>' is no name for a type" in err
    assert "'red', which is no colour" in err
    assert "has the key '1', which" in err
    assert "joins 'NOBODY', which is no entity type" in err
    assert {p: p.read_bytes() for p in desk.rglob("*") if p.is_file()} == before


# Anything at all.

keys = st.sampled_from(
    ["id", "text", "entities", "relations", "meta", "layer", "start", "end", "label", "score",
     "head", "tail", "kind", "name", "version", "weights", "title", "src", "source", "url"]
) | st.text(max_size=3)  # fmt: skip
plain = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.just(10**400)
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["a", "PERSON", "model", "\ud800", "\0", TEXT])
)
values = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=20,
)
forms = st.dictionaries(keys, values, max_size=6) | st.fixed_dictionaries(
    {"id": values | st.just("d"), "text": values | st.just(TEXT)},
    optional={
        "entities": st.lists(
            st.fixed_dictionaries(
                {
                    "id": st.sampled_from(["a", "b"]),
                    "start": plain,
                    "end": plain,
                    "label": plain,
                },
                optional={"score": plain},
            ),
            max_size=3,
        )
        | values,
        "relations": st.lists(
            st.fixed_dictionaries({"head": plain, "tail": plain, "label": plain}), max_size=2
        )
        | values,
        "meta": values,
        "layer": values,
    },
)
lines_ = forms.map(lambda form: json.dumps(form).encode()) | st.binary(max_size=40)
fuzzed = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def refused_or_read(read, *given):
    """What came through, if nothing but our own errors did."""
    try:
        return list(read(*given))
    except CurateError:
        return []


@pytest.mark.slow
@fuzzed
@given(st.lists(lines_, max_size=4))
@example([b'{"id":' + b"[" * 980 + b"]" * 980 + b',"text":"x"}'])
def test_the_readers_of_documents_raise_nothing_else(tmp_path, given):
    """What they let through can be written and read again."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\n".join(given))

    for read in (DocumentsFile, lambda one: read_articles([one])):
        for document in refused_or_read(read, path):
            assert parse_document(parse_object(document.to_line().encode()), "")[1] == []


@fuzzed
@given(
    st.binary(max_size=60)
    | st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace"))
)
def test_the_reader_of_plain_articles_raises_nothing_else(tmp_path, given):
    path = tmp_path / "a.txt"
    path.write_bytes(given)

    for document in refused_or_read(lambda: read_articles([path])):
        assert parse_document(document.to_json(), "")[1] == []


@pytest.mark.slow
@fuzzed
@given(forms)
def test_a_document_is_read_or_refused(form):
    document, problems = parse_document(form, "here")

    assert (document is None) == bool(problems)
    assert document is None or document.to_line().encode()


toml = (ROOT / "label_config" / "schema.toml").read_text()
pieces = st.sampled_from(
    ["[entities]", "[entities.X]", "[[entities]]", "[entities.X.Y]", 'color = "#000000"', "in = 3",
     "[relations.R]", 'head = "X"', "head = [1, []]", "symmetric = 1", "hotkey = 1979-05-27",
     "[guidelines]", "spans = 3", "[flags.F]", "keeps_out = 0", "x = nan", "entities = 1", "'''",
     "model_labels = [[1], {a=1}]", '"<b>" = 1', "[guidelines.x]", "flags = []", "guidelines = []"]
) | st.text(max_size=8)  # fmt: skip


@fuzzed
@given(st.lists(pieces, max_size=12), st.integers(0, len(toml)), st.booleans())
def test_the_reader_of_the_schema_raises_nothing_else(tmp_path, given, cut, start_whole):
    path = tmp_path / "schema.toml"
    text = (toml[:cut] if start_whole else "") + "\n".join(given)
    path.write_bytes(text.encode("utf-8", "surrogatepass"))

    refused_or_read(lambda: [read_schema(path)])


rows = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("id", "text", "text_sha256", "entities", "relations", "flags", "meta", "annotator", "suggested_layer", "suggested_entities", "group", "arm", "n_annotations"), values),
)  # fmt: skip
sound_gold = working(annotated("d"))
sound_rows = {
    read_gold_row: gold_row(sound_gold.gold_documents[0]),
    read_annotation_row: annotation_row(sound_gold.annotations[0]),
}


@pytest.mark.slow
@fuzzed
@given(rows)
@pytest.mark.parametrize("read", sound_rows)
def test_the_readers_of_a_versions_rows_raise_nothing(read, given):
    value, problems = read(sound_rows[read] | given, "here")

    assert (value is None) == bool(problems)


record_keys = (
    "format", "id", "text_sha256", "group", "state", "state_reason", "state_at", "meta", "text",
    "suggestions", "annotations", "verdict",
)  # fmt: skip
records = st.fixed_dictionaries({}, optional=dict.fromkeys(record_keys, values))
sound_record = json.loads(next((ROOT / "gold" / "next").glob("*.json")).read_text())


@pytest.mark.slow
@fuzzed
@given(records | st.lists(values, max_size=2), st.binary(max_size=10))
def test_the_reader_of_the_gold_raises_nothing_else(tmp_path, given, more):
    folder = tmp_path / "next"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    form = sound_record | given if isinstance(given, dict) else given
    (folder / "a.json").write_bytes(json.dumps(form).encode() + more)

    refused_or_read(lambda: [read_next(tmp_path)])


regions = st.fixed_dictionaries(
    {"type": st.sampled_from(["labels", "relation", "choices", "textarea"]) | values},
    optional={
        "id": st.sampled_from(["a", "b"]) | values,
        "from_name": st.sampled_from(["label", "doc_flag", "note"]) | values,
        "value": st.fixed_dictionaries(
            {},
            optional={
                "start": st.integers(-1, 12) | values,
                "end": st.integers(-1, 12) | values,
                "labels": st.just(["PERSON"]) | values,
                "choices": values,
                "text": values,
            },
        )
        | values,
        "from_id": st.sampled_from(["a", "b"]) | values,
        "to_id": st.sampled_from(["a", "b"]) | values,
        "labels": st.just(["meets_with"]) | values,
        "direction": st.sampled_from(["left", "right", "bi"]) | values,
        "score": values,
    },
)


@pytest.mark.slow
@fuzzed
@example([{"type": "choices", "from_name": "doc_flag", "value": {"choices": [[]]}}], {})
@given(st.lists(regions | values, max_size=5), forms)
def test_what_comes_from_label_studio_is_read_or_a_problem(result, data):
    bare = Document("d", TEXT)

    reading = read_result(bare, result, Layer("annotator", "person-1"), SCHEMA)
    shown_suggestion(bare, {"prediction": {"model_version": "m", "result": result}}, SCHEMA)
    shown_suggestion(bare, {"result": result}, SCHEMA)
    document, problems = article_in_task(data, "task 1")

    assert reading.problems or reading.document.to_line().encode()
    assert document or problems


# Hostile words.

HOSTILE = (
    '<script>alert(1)</script> \x1b[31m\x1b]0;x\x07 \u202e [bold]x[/bold] </Choice> "&amp;'
)


def test_hostile_words_in_the_schema_do_nothing(tmp_path):
    """Neither in the XML nor in the guideline; type names can't hold them at all."""
    path = tmp_path / "schema.toml"
    changed = toml.replace('definition = "', f"definition = {json.dumps(HOSTILE)[:-1]} ")
    path.write_text(changed)
    with pytest.raises(SchemaError, match=r"contains the control character '\\x1b'"):
        read_schema(path)
    path.write_text(
        changed.replace("\\u001b", "").replace("\\u0007", "").replace("\\u202e", "")
    )

    schema = read_schema(path)

    html = guidelines_html(schema)
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert not set(html + labeling_xml(schema)) & {"\x1b", "\x07", "\u202e"}


def test_a_pathological_article_takes_no_time(tmp_path):
    """Words that a careless pattern would try again and again."""
    lines = ["(" + "via " * 50_000, "(/" * 50_000, "this article was " + "by " * 50_000]
    (tmp_path / "a.txt").write_text("Title\n" + "\n".join(lines) + "\nAdvertisement" * 20_000)
    began = time.process_time()  # whatever else the machine has to do

    list(read_articles([tmp_path / "a.txt"]))

    assert time.process_time() - began < 5


@pytest.mark.parametrize("content", [b"{", b'{"id":"d"}\n\xff', b"\xff", b""])
def test_a_pipe_of_bad_lines_writes_nothing(desk, content):
    command = [sys.executable, "-m", "curation", "ingest", "-", "-o", "out.jsonl"]

    done = subprocess.run(command, input=content, capture_output=True, check=False)

    assert done.returncode == 1
    assert done.stderr.startswith(b"error: -")
    assert b"Traceback" not in done.stderr
    assert not list(desk.glob("*.jsonl")) + list(desk.glob(".*.part"))


def test_bad_articles_can_be_skipped_and_the_others_are_written(desk, capsys):
    (desk / "a.csv").write_text("id,text\na,One.\nb,c,d\ne,Five.\n")
    (desk / "b.txt").write_bytes(b"\xff")

    code, _, err = run(capsys, "ingest", "a.csv", "b.txt", "--skip-bad", "-o", "out.jsonl")

    assert code == 1
    assert [json.loads(one)["id"] for one in (desk / "out.jsonl").read_text().splitlines()] == [
        "a",
        "e",
    ]
    assert "error: a.csv:3: the row has 3 columns, and the first row 2\nb.txt: not UTF-8" in err
    assert err.startswith("2 documents → out.jsonl.\n")


def test_what_of_a_folder_was_not_read_or_was_rewritten_is_told_once(desk, capsys):
    (desk / "in").mkdir()
    (desk / "in" / "a.json").write_text(
        '[{"id": 1, "text": "x", "place": {"city": "Oslo"}, "url": null, "src": " "}]'
    )
    (desk / "in" / "notes.docx").write_text("x")

    code, _, err = run(capsys, "ingest", "in", "--license", "CC0-1.0", "-o", "out.jsonl")

    assert code == 0
    assert json.loads((desk / "out.jsonl").read_text())["meta"]["license"] == "CC0-1.0"
    assert err == (
        "1 document → out.jsonl.\n"
        "1 file is no article, and not read: in/notes.docx\n"
        "'place' of 1 article became a string of JSON in meta\n"
        "left out of meta, as null or blank: 'url' of 1 article, 'src' of 1 article\n"
    )


@pytest.mark.parametrize("command", ["ingest", "preannotate"])
def test_articles_in_the_language_of_the_schemas_model_are_not_told(desk, capsys, command):
    (desk / "a.txt").write_text(GERMAN)
    with (desk / "label_config" / "schema.toml").open("a") as schema:
        schema.write('\n[baseline]\nmodel = "blank:de"\n')

    code, _, err = run(capsys, command, "a.txt", "-o", "out.jsonl")

    assert code == 0
    assert "another language" not in err


@pytest.mark.parametrize("command", ["ingest", "preannotate"])
def test_near_copies_and_another_language_are_told_before_anybody_annotates(
    desk, capsys, command
):
    for name in "ab":
        (desk / f"{name}.txt").write_text(GERMAN)

    code, _, err = run(capsys, command, "a.txt", "b.txt", "-o", "out.jsonl")

    assert code == 0
    assert err.splitlines()[-3:] == [
        "warning: 1 pair of near copies, which a release keeps in one split:",
        "  a and b: the same words",
        "warning: 2 articles are in another language than the model's, en: de (a is the first)",
    ]


@pytest.mark.parametrize("command", ["ingest", "preannotate"])
def test_what_is_for_articles_is_told_of_documents_that_pass_without_it(desk, capsys, command):
    article = {"id": "a", "text": "Oslo <b>signed</b> a deal."}
    document = {"id": "b", "text": "Bergen <i>did</i>, too.", "meta": {"license": "CC0-1.0"}}
    (desk / "a.jsonl").write_text(f"{json.dumps(article)}\n{json.dumps(document)}\n")
    given = ("--license", "CC-BY-4.0", "--source", "Paper", "--strip-markup")

    code, _, err = run(capsys, command, "a.jsonl", *given, "-o", "out.jsonl")

    stays = "what has meta, entities, relations or layer is no article, and stays as it is"
    assert code == 0
    assert [line for line in err.splitlines() if line.startswith("warning: --")] == [
        f"warning: --source is not applied to 1 document: {stays}",
        f"warning: --strip-markup is not applied to 1 document: {stays}",
    ]


@pytest.mark.parametrize("markup", ["<b>", "&lt;b&gt;"], ids=["there", "left"])
def test_markup_is_told_with_what_takes_it_out_or_left_it(desk, capsys, markup):
    (desk / "a.jsonl").write_text(json.dumps({"id": "a", "text": f"Oslo {markup} signed."}))
    stripping = ["--strip-markup"] if markup != "<b>" else []

    _, _, err = run(capsys, "ingest", "a.jsonl", *stripping)

    which = "left by --strip-markup" if stripping else "which --strip-markup takes out"
    assert err.splitlines()[-2:] == [
        f"warning: 1 article with markup, {which}:",
        "  a.jsonl:1: 'a' has an HTML tag in line 1 of its text: <b>",
    ]


@pytest.mark.parametrize("language", ["english", "xx", "-"])
def test_a_batch_in_a_language_without_a_code_is_refused(desk, capsys, language):
    (desk / "a.txt").write_text(GERMAN)

    code, _, err = run(capsys, "ingest", "a.txt", "--lang", language)

    assert code == 2
    assert f"{language!r} is no code of a language" in " ".join(err.split())


def test_a_batch_in_a_language_with_a_code_is_taken_as_it_is_written(desk, capsys):
    (desk / "a.txt").write_text(GERMAN)

    _, out, _ = run(capsys, "ingest", "a.txt", "--lang", "de-AT")

    assert json.loads(out)["meta"]["lang"] == "de-AT"
