"""Articles are normalised once, and what is dropped is named."""

import io
import json
import re
from types import SimpleNamespace

import pytest
from samples import ROOT

from curation.articles import ArticleOptions, read_articles
from curation.documents.interchange import parse_document
from curation.errors import InputError
from curation.files import STDIN
from curation.strict_json import parse_object

SHIPPED = "000_c0b9d572aaf7d729"


def plain(tmp_path, text, name="story.txt"):
    (tmp_path / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return next(read_articles([tmp_path / name]))


def raw(tmp_path, *forms):
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(f if isinstance(f, str) else json.dumps(f) for f in forms))
    return list(read_articles([path]))


def test_the_shipped_article_is_understood():
    article = next(read_articles([ROOT / "seeds" / f"{SHIPPED}.txt"]))

    assert article.id == SHIPPED
    assert article.text.startswith(
        "Russian defense minister hails teamwork with Iran in Syria\n\n"
    )
    assert article.text.endswith("to the Mediterranean coast in Lebanon.")
    assert article.text.count("Vadim Savitsky") == 1
    assert article.meta["title"] == "Russian defense minister hails teamwork with Iran in Syria"
    assert str(article.meta["standfirst"]).startswith("Sergei Shoigu says Moscow")
    assert [caption[:15] for caption in article.meta["captions"]] == ["Russian Defense"]
    assert article.meta["license"] == "unknown"
    assert [line.split(":")[0] for line in article.meta["dropped"]] == [
        "doubled",
        *["boilerplate"] * 3,
    ]


def test_the_shipped_wikinews_articles_keep_licence_and_attribution():
    articles = list(read_articles([ROOT / "seeds"]))

    assert len(articles) == 80
    assert len({article.id for article in articles}) == 80
    for article in articles[1:]:
        assert article.meta["license"] == "CC-BY-2.5"
        assert article.meta["attribution"] == "Wikinews contributors"
        assert article.meta["src"] == "Wikinews"
        assert article.text.split("\n")[0] == article.meta["title"]


def test_what_is_known_of_a_plain_article_stands_beside_it(tmp_path):
    (tmp_path / "story.meta.json").write_text(
        '{"license": "CC0-1.0", "source": "Us", "seen": true}'
    )

    meta = plain(tmp_path, "A title\n\nBody.").meta

    assert meta == {
        "title": "A title", "license": "CC0-1.0", "src": "Us", "seen": True, "ingest": "1",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("beside", "said"),
    [
        ("[]", "story.meta.json: a list, not a JSON object"),
        ("{", "story.meta.json: "),
        ('{"text": "x"}', "story.txt: 'text' is what the text file says"),
        ('{"license": 3}', "story.txt: 'license' must be a string"),
        ('{"src": "x", "source": "y"}', "both 'src' and 'source'"),
    ],
)
def test_what_stands_beside_a_plain_article_is_checked(tmp_path, beside, said):
    (tmp_path / "story.meta.json").write_text(beside)

    with pytest.raises(InputError, match=re.escape(said)):
        plain(tmp_path, "A title\n\nBody.")


def test_newlines_and_bom_are_normalised_and_nothing_else(tmp_path):
    text = "\ufeffTitle\r\n\r\n  Two\tspaces\xa0here \u2028 e\u0301 \U0001f600\r\rEnd  "

    assert (
        plain(tmp_path, text).text
        == "Title\n\n  Two\tspaces\xa0here \u2028 e\u0301 \U0001f600\n\nEnd  "
    )


def test_the_same_file_gives_the_same_document(tmp_path):
    assert plain(tmp_path, "A title\n\nBody.") == plain(tmp_path, "A title\n\nBody.")


@pytest.mark.parametrize(
    "last",
    [
        "More than 100 people died.",
        "Copyright law is debated in Brussels.",
        "The report was published on Monday by the UN.",
        "Comments from Moscow were awaited.",
        "He was provided by the state with a lawyer.",
        "Like us, the Kurds want peace, Shoigu said.",
        "More news from the front is expected on Tuesday in Moscow.",
        "Read more widely, President Assad urged Russia.",
        "Follow us, the soldiers said.",
        "See also the war in Georgia.",
        "Print, the man said.",
    ],
)
def test_a_last_sentence_that_only_looks_like_boilerplate_stays(tmp_path, last):
    assert plain(tmp_path, f"Title\n\nBody.\n\n{last}").text.endswith(last)


@pytest.mark.parametrize(
    "last",
    [
        "Most Popular",
        "read more:",
        "Related Stories",
        "Read more: Iran signs a deal with Russia",
        "More stories from Syria",
        "Sign up for our daily newsletter",
        "Follow us on Facebook and Twitter",
        "Advertisement",
        "© 2018 The Agency. All rights reserved.",
        "Copyright 2018 The Agency",
        "This article was originally published by The Paper.",
        "Times of Israel staff and AFP contributed to this report.",
    ],
)
def test_boilerplate_at_the_end_goes_and_is_named(tmp_path, last):
    article = plain(tmp_path, f"Title\n\nBody.\n\n{last}\n")

    assert article.text == "Title\n\nBody."
    assert article.meta["dropped"] == [f"boilerplate: {last}"]


def test_boilerplate_in_the_middle_stays(tmp_path):
    assert "Most Popular" in plain(tmp_path, "Title\n\nMost Popular\n\nBody.").text


def test_a_paragraph_doubled_next_to_itself_goes_once(tmp_path):
    article = plain(tmp_path, "Title\n\nOne.\nOne.\n\nOne.\n\nTwo.\n\nOne.")

    assert article.text == "Title\n\nOne.\n\nTwo.\n\nOne."
    assert article.meta["dropped"] == ["doubled: One.", "doubled: One."]


@pytest.mark.parametrize(
    "first_line",
    [
        "\n\nMayor’s “deal” in São Paulo",
        'Mayor\'s  "deal" in\u00a0São Paulo',
        'MAYOR\'S "DEAL" IN SÃO PAULO',
        ' Mayor\'s "deal" in São Paulo.',
        'Mayor\'s "deal" in Sa\u0303o Paulo',
    ],
)
def test_a_title_that_is_written_a_little_differently_is_not_doubled(tmp_path, first_line):
    title = 'Mayor\'s "deal" in São Paulo'
    text = f"{first_line}\n\nBody."

    (article,) = raw(tmp_path, {"id": "a", "title": title, "text": text})

    assert (article.text, article.meta["title"]) == (text, title)


def test_the_title_is_the_first_line_once(tmp_path):
    one, two = raw(
        tmp_path,
        {"id": "a", "title": "Title", "text": "Body."},
        {"id": "b", "title": "Title", "text": "Title\n\nBody."},
    )

    assert one.text == two.text == "Title\n\nBody."


def test_other_plain_fields_are_carried_into_meta(tmp_path):
    (article,) = raw(
        tmp_path, {"id": "a", "text": "Body.", "source": "S", "desk": "world", "n": 3}
    )

    assert article.meta == {
        "license": "unknown", "src": "S", "desk": "world", "n": 3, "ingest": "1",
    }  # fmt: skip


def test_a_document_passes_as_it_is(tmp_path):
    """What was ingested once is never normalised again."""
    (article,) = raw(
        tmp_path, {"id": "a", "title": "Most Popular", "text": "x\n\nAdvertisement\n"}
    )
    (tmp_path / "b.jsonl").write_text(article.to_line())

    assert list(read_articles([tmp_path / "b.jsonl"])) == [article]
    assert parse_document(parse_object(article.to_line()), "")[0] == article


@pytest.mark.parametrize(
    ("given", "what"),
    [
        pytest.param("{", "not JSON", id="broken"),
        pytest.param({"text": "x"}, "has no 'id'", id="no id"),
        pytest.param({"id": "a"}, "has no 'text'", id="no text"),
        pytest.param({"id": True, "text": "x"}, "'id' must be a string", id="id no number"),
        pytest.param({"id": "a", "text": ["x"]}, "'text' must be a string", id="text a list"),
        pytest.param(
            {"id": "a", "text": " "}, "'text' must be a string that isn't blank", id="blank"
        ),
        pytest.param('{"id":"a","text":"\\ud800"}', "half a character", id="surrogate"),
        pytest.param({"id": "a", "text": "x\0y"}, "a NUL character at 1", id="NUL"),
        pytest.param(
            {"id": "a", "text": "x", "src": "s", "source": "t"},
            "both 'src' and 'source'",
            id="both",
        ),
    ],
)
def test_a_bad_line_is_reported_with_its_place(tmp_path, given, what):
    with pytest.raises(InputError) as caught:
        raw(tmp_path, {"id": "good", "text": "x"}, given)

    assert str(caught.value).startswith(f"{tmp_path / 'a.jsonl'}:2: ")
    assert what in str(caught.value)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        pytest.param(b"", "the article is empty", id="empty"),
        pytest.param(b" \n\n ", "the article is empty", id="blank"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0", "binary data, not text", id="binary"),
        pytest.param("Hello".encode("utf-16"), "not UTF-8", id="UTF-16"),
        pytest.param(b"a\0b", "a NUL character", id="NUL"),
        pytest.param(b"Most Popular", "only boilerplate", id="boilerplate alone"),
    ],
)
def test_a_bad_file_is_reported(tmp_path, content, what):
    with pytest.raises(InputError, match=what):
        plain(tmp_path, content)


def test_a_duplicate_id_is_reported_with_both_places(tmp_path):
    (tmp_path / "x").mkdir()
    for folder in (tmp_path, tmp_path / "x"):
        (folder / "same.txt").write_text("Body.")

    with pytest.raises(InputError, match="duplicate id 'same', first in") as caught:
        list(read_articles([tmp_path]))

    assert str(tmp_path / "x" / "same.txt") in str(caught.value)


def test_a_folder_without_articles_is_refused(tmp_path):
    with pytest.raises(InputError, match="no articles found"):
        list(read_articles([tmp_path]))


@pytest.mark.parametrize(
    ("given", "ids"),
    [
        pytest.param('{"id":"a","text":"x"}\n{"id":"b","text":"y"}\n', ["a", "b"], id="jsonl"),
        pytest.param("Title\n\nBody.\n", None, id="plain"),
    ],
)
def test_standard_input_is_read(monkeypatch, given, ids):
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(given.encode())))

    articles = list(read_articles([STDIN]))

    if ids:
        assert [article.id for article in articles] == ids
    else:
        assert articles[0].text == "Title\n\nBody.\n"
        assert articles[0].id.startswith("article-")


def piped(monkeypatch, given, **options):
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(given.encode())))
    return list(read_articles([STDIN], ArticleOptions(**options)))


@pytest.mark.parametrize(
    "given",
    [
        'id,text\na,One.\nb,"Two, 2."\n',
        "text\tid\nOne.\ta\nTwo, 2.\tb\n",
        '\ufeff[{"id": "a", "text": "One."},\n {"id": "b", "text": "Two, 2."}]',
        '\n[\n  {\n  "id": "a", "text": "One."\n}, {"id": "b", "text": "Two, 2."}\n]\n',
        '{\n  "id": "a",\n  "text": "One."\n}\n{\n  "id": "b",\n  "text": "Two, 2."\n}\n',
    ],
)
def test_tables_and_lists_on_standard_input_are_what_they_are_as_files(monkeypatch, given):
    articles = piped(monkeypatch, given)

    assert [(one.id, one.text) for one in articles] == [("a", "One."), ("b", "Two, 2.")]


def test_columns_of_a_table_on_standard_input_are_named_by_options(monkeypatch):
    given = "key;body\na;One.\nb;Two, 2.\n"

    articles = piped(monkeypatch, given, id_column="key", text_column="body")

    assert [one.id for one in articles] == ["a", "b"]
    with pytest.raises(
        InputError, match="no column 'id' or 'text'; the columns are 'key', 'body'"
    ):
        piped(monkeypatch, given)


@pytest.mark.parametrize(
    "given",
    [
        "Oslo, Bergen sign\n\nIn Oslo, he said.",
        "[Photo] A title\n\nBody.",
        "Oslo,Bergen",
        "A title\nBody, of one, two.",
        "a" * 150_000 + ",b\nc",
    ],
)
def test_a_plain_text_on_standard_input_stays_one_article(monkeypatch, given):
    (article,) = piped(monkeypatch, given)

    assert article.text == given
