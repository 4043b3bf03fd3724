"""Articles in tables, lists and saved data sets are those that lines of JSON would be."""

import csv
import hashlib
import json
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import datasets
import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import ROOT

from curation.articles import ArticleOptions, read_articles
from curation.errors import InputError, Problems
from curation.row_files.read import read_file_rows

CASE = ROOT / "tests" / "cases" / "articles.csv"
SEED_TEXTS = "7240915d76c96a8e6aa45b2730c7c2355c5b9cbfb1e60fda5459b6e8d21e9af3"
NAMED = {"text_column": "body", "id_column": "key"}

# What every kind of file can hold: a text that a gap in a table can't be taken for.
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
ROWS = st.lists(
    st.fixed_dictionaries({"text": WORDS.map("x{}".format), "title": WORDS, "desk": WORDS}),
    min_size=1,
    max_size=4,
).map(lambda rows: [{"id": str(number), **row} for number, row in enumerate(rows)])


def write_csv(path, rows, delimiter=","):
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, rows[0], delimiter=delimiter, quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)


def write_all(folder: Path, rows):
    """The same rows, in a file of each kind."""
    (folder / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (folder / "a.json").write_text(json.dumps(rows, indent=1))
    write_csv(folder / "a.csv", rows)
    write_csv(folder / "a.tsv", rows, "\t")
    table = pyarrow.Table.from_pylist(rows)
    pyarrow.parquet.write_table(table, folder / "a.parquet")
    return [folder / f"a.{kind}" for kind in ("jsonl", "json", "csv", "tsv", "parquet")]


@given(ROWS)
def test_the_same_rows_give_the_same_documents_whatever_file_they_are_in(rows):
    with TemporaryDirectory() as name:
        first, *others = (read_or_refused(path) for path in write_all(Path(name), rows))

    assert all(other == first for other in others)


def read_or_refused(path):
    """The documents, or how many problems there are: a text may be boilerplate alone."""
    try:
        return list(read_articles([path]))
    except InputError as error:
        return len(str(error).splitlines())


def test_columns_are_named_by_options():
    one, two = read_articles([CASE], ArticleOptions(**NAMED))

    assert (one.id, one.text) == ("1", "Deal\n\nOslo and Bergen signed, at last.")
    assert (two.meta["title"], two.meta["published"]) == ("Talks", "2026-01-03")


@pytest.mark.parametrize("kind", [".csv", ".jsonl", ".json"])
@pytest.mark.parametrize(
    ("row", "meta"),
    [
        ({"ID": "1", "Text": "A.", "Title": "T", "URL": "u"}, {"title": "T", "url": "u"}),
        ({"id": "1", "text": "A.", "headline": "T", "Date": "2026"}, {"title": "T", "published": "2026"}),
        ({"id": "1", "text": "A.", "Headline": "H", "Title": "T"}, {"title": "T", "Headline": "H"}),
        ({"id": "1", "text": "A.", "title": "T", "Title": "U"}, {"title": "T", "Title": "U"}),
        ({"id": "1", "text": "A.", "Desk": "D", "Source": "S"}, {"Desk": "D", "src": "S"}),
    ],
    ids=["capitals", "other names", "the right name first", "both", "another field"],
)  # fmt: skip
def test_fields_are_known_by_other_names_and_with_capitals(tmp_path, kind, row, meta):
    path = tmp_path / f"a{kind}"
    if kind == ".csv":
        write_csv(path, [row])
    else:
        path.write_text(json.dumps([row] if kind == ".json" else row))

    (article,) = read_articles([path])

    assert article.id == "1"
    assert article.text.endswith("A.")
    assert article.meta == {"license": "unknown", **meta, "ingest": "1"}


def test_a_column_that_an_option_names_is_known_with_other_capitals(tmp_path):
    write_csv(tmp_path / "a.csv", [{"Key": "1", "BODY": "A.", "id": "x", "Text": "y"}])

    (article,) = read_articles([tmp_path], ArticleOptions(**NAMED))

    assert (article.id, article.text) == ("1", "A.")
    assert (article.meta["id"], article.meta["Text"]) == ("x", "y")


def test_what_stands_beside_an_article_is_known_by_other_names(tmp_path):
    (tmp_path / "a.txt").write_text("Deal\n\nText.")
    (tmp_path / "a.meta.json").write_text('{"Date": "2026-01-02", "License": "CC0-1.0"}')

    (article,) = read_articles([tmp_path], ArticleOptions(**NAMED))

    assert (article.meta["published"], article.meta["license"]) == ("2026-01-02", "CC0-1.0")


def test_a_table_without_the_columns_is_told_once_with_those_it_has():
    with pytest.raises(InputError) as caught:
        list(read_articles([CASE]))

    assert str(caught.value) == (
        f"{CASE}: no column 'id' or 'text'; the columns are 'key', 'body', 'headline', 'date'; "
        "name the right one with --id-column and --text-column"
    )


def test_a_folder_that_datasets_saved_is_read(tmp_path):
    rows = {"id": [17, 18], "text": ["One.", "Two."]}
    datasets.Dataset.from_dict(rows).save_to_disk(tmp_path / "saved")
    options = ArticleOptions()

    articles = list(read_articles([tmp_path / "saved"], options))

    assert [(one.id, one.text) for one in articles] == [("17", "One."), ("18", "Two.")]
    assert options.report.other_files == []


def test_the_splits_that_datasets_saved_are_read(tmp_path):
    splits = {
        name: datasets.Dataset.from_dict({"id": [name], "text": [f"In {name}."]})
        for name in ("test", "train")
    }
    datasets.DatasetDict(splits).save_to_disk(tmp_path / "saved")
    options = ArticleOptions()

    articles = list(read_articles([tmp_path], options))

    assert [one.id for one in articles] == ["test", "train"]
    assert options.report.other_files == []


def test_what_a_parquet_file_holds_becomes_plain_metadata(tmp_path):
    row = {
        "id": 3, "text": "Body.", "published": date(2026, 1, 2), "none": None, "gap": float("nan"),
        "tags": ["a", "b"], "numbers": [1, 2], "place": {"city": "Oslo", "on": date(2026, 1, 3)},
    }  # fmt: skip
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist([row]), tmp_path / "a.parquet")
    options = ArticleOptions()

    (article,) = read_articles([tmp_path / "a.parquet"], options)

    assert article.meta == {
        "license": "unknown", "published": "2026-01-02", "tags": ["a", "b"], "numbers": "[1, 2]",
        "place": '{"city": "Oslo", "on": "2026-01-03"}', "ingest": "1",
    }  # fmt: skip
    assert options.report.nested == {"numbers": 1, "place": 1}
    assert options.report.blank == {"none": 1, "gap": 1}


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("id,text\na,b,c\n", ":2: the row has 3 columns, and the first row 2"),
        ('id,text\na,"b\nc', ":2: not a row of CSV: unexpected end of data"),
        ("id,text,text\na,b,c\n", "two columns have the name 'text'"),
        ("id,text\na,\n", ":2: 'text' must be a string that isn't blank"),
    ],
)
def test_a_broken_row_is_told_with_its_line(tmp_path, raw, said):
    (tmp_path / "a.csv").write_text(raw)

    with pytest.raises(InputError) as caught:
        list(read_articles([tmp_path]))

    assert said in str(caught.value)


@pytest.mark.parametrize(
    "rows",
    [
        ['id,text', '1,One.', '2,"Never again', '3,Three.', '4,go away."', '5,Five.'],
        ['id,text', '1,One.', '2,"Never again', '3,Three.', '4,"Said, four."', '5,Five.'],
        ['id,text', '1,One.', '2,"Never again', '3,Three.', '4,Four.', '5,Five.'],
        ['id;text;year', '1;One.;1', '2;"Never again;1', '3;Three.;1', '4;go away.";1', '5;Five.;1'],
        ['text,id', 'One.,1', '"Never again,2', 'Three.,3', 'go away.",4', 'Five.,5'],
        ['id\ttext', '1\t"One."', '2\t"Never again', '3\tThree.', '4\tgo away."', '5\tFive.'],
    ],
)  # fmt: skip
def test_a_quote_that_swallows_rows_is_told_and_the_rows_are_read(tmp_path, rows):
    table = tmp_path / ("a.tsv" if "\t" in rows[0] else "a.csv")
    table.write_text("\n".join(rows) + "\n")
    options = ArticleOptions(skip_bad=True)

    articles = list(read_articles([table], options))

    assert [one.id for one in articles] == ["1", "3", "4", "5"]
    (problem,) = options.report.bad.shown
    assert problem.place == f"{table}:3"
    assert "quote" in problem.what or "not a row of CSV" in problem.what


def test_a_column_of_its_own_may_hold_lines(tmp_path):
    (tmp_path / "b.csv").write_text('text\n"One\nTwo\nThree"\n')
    problems = Problems()

    rows = [row for _, row in read_file_rows(tmp_path / "b.csv", None, problems)]

    assert (rows, len(problems)) == ([{"text": "One\nTwo\nThree"}], 0)


def test_quotes_of_a_tsv_file_that_quotes_no_fields_are_text(tmp_path):
    rows = [
        "id\ttext",
        "1\tOne.",
        '2\t"Never again',
        "3\tThree.",
        '4\tgo away."',
        '5\t"Ah" he said.',
    ]
    (tmp_path / "a.tsv").write_text("\n".join(rows))

    articles = list(read_articles([tmp_path]))

    assert [f"{one.id}\t{one.text}" for one in articles] == rows[1:]


@pytest.mark.parametrize(
    "text",
    [
        "Para one.\n\nIn Oslo, he said.",
        "One.\nHe paid $5,000.",
        'Two "quoted, lines"\n"and, more"',
        "a;b\n1,2,3",
    ],
)
@pytest.mark.parametrize("columns", [["id", "text"], ["text", "id"], ["id", "text", "desk"]])
def test_a_quoted_text_over_several_lines_is_one_row(tmp_path, text, columns):
    with (tmp_path / "a.csv").open("w", newline="") as stream:
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        row = {"text": text, "desk": "x"}
        writer.writerows({name: row.get(name, one) for name in columns} for one in "12")

    assert [one.text for one in read_articles([tmp_path])] == [text, text]


def test_a_batch_says_what_an_article_does_not(tmp_path):
    (tmp_path / "a.csv").write_text("id,text,license\na,One.,CC0-1.0\nb,Two.,\n")
    (tmp_path / "c.txt").write_text("Three.")
    known = {"license": "CC-BY-4.0", "src": "The Paper"}

    articles = list(read_articles([tmp_path], ArticleOptions(known=known)))

    assert [one.meta["license"] for one in articles] == ["CC0-1.0", "CC-BY-4.0", "CC-BY-4.0"]
    assert {one.meta["src"] for one in articles} == {"The Paper"}


def test_bad_articles_are_left_out_where_that_is_asked_for(tmp_path):
    (tmp_path / "a.csv").write_text("id,text\na,One.\nb,c,d\ne,Five.\n")
    (tmp_path / "b.parquet").write_bytes(b"no Parquet")
    options = ArticleOptions(skip_bad=True)

    articles = list(read_articles([tmp_path], options))

    assert [one.id for one in articles] == ["a", "e"]
    assert [problem.place for problem in options.report.bad.shown] == [
        f"{tmp_path / 'a.csv'}:3", str(tmp_path / "b.parquet"),
    ]  # fmt: skip


def test_nothing_but_bad_articles_is_an_error_all_the_same(tmp_path):
    (tmp_path / "a.csv").write_text("id,text\na,\n")

    with pytest.raises(InputError, match="isn't blank"):
        list(read_articles([tmp_path], ArticleOptions(skip_bad=True)))


def test_files_that_hold_no_articles_are_named(tmp_path):
    for name in ("a.txt", "a.meta.json", "notes.docx", ".hidden", "readme"):
        (tmp_path / name).write_text("{}" if name.endswith("json") else "Text.")
    options = ArticleOptions()

    list(read_articles([tmp_path], options))

    assert options.report.other_files == [
        str(tmp_path / name) for name in ("notes.docx", "readme")
    ]


def test_the_texts_of_the_shipped_seeds_are_what_they_were_to_the_byte():
    """All offsets of the gold count their characters."""

    read = hashlib.sha256()
    for article in sorted(read_articles([ROOT / "seeds"]), key=lambda one: one.id):
        read.update(f"{article.id} {article.text_sha256}\n".encode())

    assert read.hexdigest() == SEED_TEXTS
