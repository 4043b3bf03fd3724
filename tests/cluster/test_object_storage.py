"""Articles in object storage are read as files are, and what is wrong there is said with its address."""

import gzip
from pathlib import Path

import pytest

from curation.articles import ArticleOptions, read_articles
from curation.errors import InputError


def put(storage, name, raw):
    with storage.open_output_stream(f"news/{name}", compression=None) as stream:
        stream.write(raw)


def article(identity):
    return b'{"id": "%s", "text": "Bush met Putin."}\n' % identity.encode()


def test_a_folder_is_read_in_the_order_of_its_names(storage):
    put(storage, "folder/b.jsonl", article("b1") + b"\n" + article("b2"))
    put(storage, "folder/a/c.jsonl.gz", gzip.compress(article("c")))
    put(storage, "folder/d.csv", b"id,text\nd,Bush met Putin.\n")
    put(storage, "folder/e.json", b"[" + article("e") + b"]")
    put(storage, "folder/f.doc", b"?")
    options = ArticleOptions()

    found = [one.id for one in read_articles([Path("s3://news/folder")], options)]

    assert found == ["c", "b1", "b2", "d", "e"]
    assert options.report.other_files == ["s3://news/folder/f.doc"]


def test_a_mistake_is_told_with_its_address_and_line(storage):
    put(storage, "bad/a.jsonl", article("a") + b"\nnonsense\n" + article("b"))
    put(storage, "bad/b.parquet", b"no parquet")
    put(storage, "bad/c.jsonl.gz", b"no gzip")
    options = ArticleOptions(skip_bad=True)

    found = [one.id for one in read_articles([Path("s3://news/bad")], options)]

    assert found == ["a", "b"]
    assert [str(problem) for problem in options.report.bad.shown] == [
        "s3://news/bad/a.jsonl:3: not JSON: Expecting value at character 1",
        "s3://news/bad/b.parquet: not a Parquet file",
        "s3://news/bad/c.jsonl.gz: not a whole gzip file: Not a gzipped file (b'no')",
    ]


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("s3://news/nowhere", "s3://news/nowhere: no such file or folder"),
        ("s4://news/nowhere", "s4://news/nowhere: Unrecognized filesystem type"),
        ("s3://key:secret@nobody/x?region=us-east-1", "s3://nobody/x: no such file or folder"),
        ("s3://key:the/secret@news/x", "s3://news/x: Cannot parse URI"),
        ("s3://news/x?secret_key=secret", "s3://news/x: Unexpected query parameter in S3 URI"),
    ],
)
def test_an_address_where_nothing_is_ends_the_run_and_shows_no_key(storage, address, what):
    with pytest.raises(InputError, match=what) as raised:
        list(read_articles([Path(address)], ArticleOptions(skip_bad=True)))

    assert "secret" not in str(raised.value)


def test_an_address_without_articles_is_told_without_its_keys(storage):
    put(storage, "other/f.doc", b"?")

    with pytest.raises(InputError, match=r"^s3://news/other: no articles found$"):
        list(read_articles([Path("s3://testing:testing@news/other?region=us-east-1")]))
