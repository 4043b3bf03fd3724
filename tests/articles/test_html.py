"""Web pages become articles, and markup in texts is told or taken out; plain text stays as it is."""

import json
import re
import sys
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import ROOT

from curation.articles import ArticleOptions, read_articles
from curation.articles.html import find_markup, strip_markup
from curation.errors import InputError

CASE = ROOT / "tests" / "cases" / "markup.jsonl"
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Deal signed | The Paper</title>
<meta property="og:title" content="Deal signed"><meta property="og:site_name" content="The Paper">
<link rel="canonical" href="https://paper.example.org/2026/deal">
<meta property="article:published_time" content="2026-01-02T10:00:00Z"></head>
<body><nav><a href="/">Home</a> <a href="/world">World</a></nav><article><h1>Deal signed</h1>
<p>OSLO, Jan 2 — Oslo &amp; Bergen <b>signed</b> a deal on Monday, after weeks of talks between the two cities.</p>
<p>The mayor of Oslo, Anna Berg, was <a href="/x">pleased</a> with the result, which both councils have to confirm.</p>
</article><footer><a href="/privacy">Privacy</a></footer></body></html>"""


def test_the_article_of_a_web_page_is_found(tmp_path):
    (tmp_path / "deal.html").write_text(PAGE)

    (article,) = read_articles([tmp_path])

    assert article.id == "deal"
    assert article.text == (
        "Deal signed\n\n"
        "OSLO, Jan 2 — Oslo & Bergen signed a deal on Monday, after weeks of talks between the two cities.\n\n"
        "The mayor of Oslo, Anna Berg, was pleased with the result, which both councils have to confirm."
    )
    assert article.meta == {
        "license": "unknown", "title": "Deal signed", "published": "2026-01-02", "src": "The Paper",
        "url": "https://paper.example.org/2026/deal", "ingest": "1",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("marked", "byline"),
    [
        ('<p class="byline">By <a rel="author" href="/j">Jane Roe</a>, Oslo</p>', "By Jane Roe, Oslo"),
        ('<div class="article-meta"><span class="author-name">Jane Roe</span> <time>2 May</time></div>', "Jane Roe 2 May"),
        ("<p>By Jane Roe</p>", "By Jane Roe"),
        ("<address class=author>Jane Roe</address>", "Jane Roe"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("is_long", [False, True])
def test_the_byline_of_a_page_stays_text(tmp_path, marked, byline, is_long):
    more = "<p>Trade between the two has grown by a third since 2020, they said.</p>" * is_long
    bio = "<p class='author-bio'>Jane Roe is a reporter.</p>"
    page = PAGE.replace("</h1>", f"</h1>{marked}").replace(
        "</article>", f"{more}{bio}</article>"
    )
    (tmp_path / "deal.html").write_text(page)

    (article,) = read_articles([tmp_path])

    assert article.text.split("\n\n")[:3] == [
        "Deal signed",
        byline,
        article.text.split("\n\n")[2],
    ]
    assert article.text.split("\n\n")[2].startswith("OSLO, Jan 2 — ")
    assert "author" not in article.meta


def test_a_year_in_the_text_is_no_date_of_publication(tmp_path):
    page = re.sub("<meta property=.article:.*?>", "", PAGE)
    (tmp_path / "deal.html").write_text(page.replace("weeks", "weeks since 2020"))

    (article,) = read_articles([tmp_path])

    assert "published" not in article.meta


def test_what_stands_beside_a_page_is_known_better(tmp_path):
    (tmp_path / "deal.htm").write_text(PAGE)
    (tmp_path / "deal.meta.json").write_text('{"license": "CC0-1.0", "src": "Paper"}')

    (article,) = read_articles([tmp_path], ArticleOptions(text_column="body", id_column="key"))

    assert (article.meta["license"], article.meta["src"]) == ("CC0-1.0", "Paper")


@pytest.mark.parametrize("page", ["", "<html><body></body></html>"])
def test_a_page_without_an_article_is_told(tmp_path, page):
    (tmp_path / "a.html").write_text(page)

    with pytest.raises(InputError, match=re.escape("a.html: no article is found on this page")):
        list(read_articles([tmp_path / "a.html"]))


def test_what_to_install_is_told_where_trafilatura_is_missing(tmp_path, monkeypatch):
    (tmp_path / "a.html").write_text(PAGE)
    monkeypatch.setitem(sys.modules, "trafilatura", None)

    with pytest.raises(InputError, match="isn't installed") as caught:
        list(read_articles([tmp_path], ArticleOptions(skip_bad=True)))

    assert caught.value.hint == "pip install trafilatura"


def test_markup_is_told_with_its_line_and_stays():
    options = ArticleOptions()

    texts = {one.id: one.text for one in read_articles([CASE], options)}

    assert texts["html-1"] == "<p>Oslo &amp; Bergen <b>signed</b> a deal.</p>"
    assert [str(problem) for problem in options.report.markup.shown] == [
        f"{CASE}:1: 'html-1' has an HTML tag in line 1 of its text: <p>; 4 more in the article",
        f"{CASE}:2: 'md-1' has a link of Markdown in line 1 of its text: [Oslo](https://example.org); 1 more in the article",
    ]


@pytest.mark.parametrize(
    ("article", "told"),
    [
        ({"title": "Deal <b>signed</b>"}, ["an HTML tag in line 1 of its title: <b>; 1 more in the article"]),
        ({"text": "A.\n[i]B[/i] [b][u]C[/u][/b]"}, ["BBCode in line 2 of its text: [i]B[/i]; 2 more in the article"]),
        ({"text": "See [Oslo [1]](https://a.org/x_(y))."}, ["a link of Markdown in line 1 of its text: [Oslo [1]](https://a.org/x_(y)"]),
        ({"text": "Tom &amp;lt;b&amp;gt;"}, ["a character reference of HTML in line 1 of its text: &amp;; 1 more in the article"]),
        ({"title": "AT&T", "text": "3 < 4"}, []),
    ],
)  # fmt: skip
def test_the_first_mark_of_an_article_is_told_and_how_many_more_there_are(
    tmp_path, article, told
):
    (tmp_path / "a.jsonl").write_text(json.dumps({"id": "a", "text": "Text.", **article}))
    options = ArticleOptions()

    list(read_articles([tmp_path], options))

    assert [problem.what for problem in options.report.markup.shown] == [
        f"'a' has {one}" for one in told
    ]


def test_markup_that_was_written_escaped_is_told_once_it_shows(tmp_path):
    """It may be what the article is about."""
    row = {"id": "a", "title": "&lt;b&gt;Deal&lt;/b&gt;", "text": "Tom &amp;lt;3"}
    (tmp_path / "a.jsonl").write_text(json.dumps(row))
    options = ArticleOptions(strip_markup=True)

    (article,) = read_articles([tmp_path], options)

    assert article.text == "<b>Deal</b>\n\nTom &lt;3"
    assert article.meta["dropped"] == ["markup: &lt;", "markup: &amp;"]
    assert [problem.what for problem in options.report.markup.shown] == [
        "'a' has an HTML tag in line 1 of its title: <b>; 2 more in the article"
    ]


def test_markup_is_taken_out_where_that_is_asked_for():
    options = ArticleOptions(strip_markup=True)

    articles = {one.id: one for one in read_articles([CASE], options)}

    assert {name: one.text for name, one in articles.items()} == {
        "html-1": "Oslo & Bergen signed a deal.",
        "md-1": "Oslo and Bergen signed a deal.",
        "fine-1": "AT&T said 3 < 4 and a > b.",
    }
    assert articles["html-1"].meta["dropped"] == ["markup: <p>", "markup: &amp;"]
    assert "dropped" not in articles["fine-1"].meta
    assert len(options.report.markup) == 0


@pytest.mark.parametrize(
    ("marked", "bare"),
    [
        ("<p>One.</p><p>Two <a\nhref='x'>li</a>.</p>\n\nThree<br/>four", "One.\nTwo li.\n\nThree\nfour"),
        ("[b]x [i]y[/i][/b] and [url=http://a]z[/url]", "x y and z"),
        ("[Oslo [1]](https://a.org/x_(y)) and [![Map](/m.png)](#map)", "Oslo [1] and Map"),
        ("It&#8217;s <script>var a;</script>late", "It’s\nlate"),
        ("Profit <b>rose</b> 3 <a and more words follow.", "Profit rose 3 <a and more words follow."),
        ("x<y &amp; the rest", "x<y & the rest"),
        ("<Reuters> &mdash; Ann &lt;b&gt; &amp;lt;", "<Reuters> — Ann <b> &lt;"),
        ("<article>One</article><aside>Ad</aside>", "One\nAd"),
        ("One <!-- no\nnor --> two<SCRIPT async>\nif (a<b) {\n}\n</Script >\nthree", "One  two\nthree"),
        ("<script>Never closed", "Never closed"),
    ],
)  # fmt: skip
def test_blocks_of_html_end_lines(marked, bare):
    assert [line.strip() for line in strip_markup(marked).split("\n") if line.strip()] == [
        line for line in bare.split("\n") if line
    ]


@pytest.mark.parametrize(
    "text",
    [
        "He said [i]t is late.",
        "if a<b and c>d",
        "2**3 ** 4",
        "R&D; Q&A",
        "[1] (see below)",
        "<3",
        "3 <a and more words follow",
        "<ann@x.org> and WASHINGTON <Reuters> said",
        "an open <!-- is none, and a <script",
    ],
)
def test_what_only_looks_like_markup_is_none(text):
    assert (find_markup(text), strip_markup(text)) == ([], text)


@given(st.text(st.characters(exclude_characters="<&[*", codec="utf-8")))
def test_a_text_without_markup_stays_as_it_is(text):
    assert (find_markup(text), strip_markup(text)) == ([], text)


@given(st.text(st.sampled_from("<p b/>&amp;[]()*u=x\n")))
def test_what_was_stripped_is_text_whatever_it_was(text):
    assert isinstance(strip_markup(text), str)


WORD = st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=8)
NAMES = st.sampled_from(
    ["a", "b", "p", "div", "aside", "nav", "section", "h2", "li", "em", "time", "BR"]
)
ATTRIBUTES = st.sampled_from(
    ["", " href='x > y'", ' class="one two" id=z', " hidden", "\nid = q\n"]
)
HIDDEN = st.sampled_from(
    ["<!--{}-->", "<script>\n{} <b>\n</script>", "<style a='b'>{}</style >"]
)
TAGS = st.builds("<{}{}{}>".format, st.sampled_from(["", "/"]), NAMES, ATTRIBUTES)
TEXTS = st.sampled_from(
    ["x<y ", "<a and ", "<Reuters>", "<ann@x.org>", "< b>", "</ p>", "<p, ", "<>", " ", "\n"]
)
REFERENCES = st.sampled_from(["&eacute;", "&amp;", "&#65;", "&#x3b1;", "&mdash;", "&frac12;"])
PIECES = st.one_of(
    WORD.map(lambda one: (one, one)),
    TEXTS.map(lambda one: (one, one)),
    REFERENCES.map(lambda one: (one, unescape(one))),
    TAGS.map(lambda one: (one, "")),
    st.builds(lambda hidden, word: (hidden.format(word), ""), HIDDEN, WORD),
)


@given(st.lists(PIECES, max_size=12))
def test_no_letter_or_digit_outside_of_markup_is_lost(pieces):
    marked = "".join(piece for piece, _ in pieces)
    seen = "".join(text for _, text in pieces)

    assert [c for c in strip_markup(marked) if c.isalnum()] == [c for c in seen if c.isalnum()]


MARKED = st.recursive(
    WORD.map(lambda one: (one, one)),
    lambda inner: st.builds(
        lambda form, parts: (
            form.format(" ".join(marked for marked, _ in parts)),
            " ".join(text for _, text in parts),
        ),
        st.sampled_from(
            [
                "[{}](http://a.org)",
                "![{}](/m.png)",
                "[{}](#map_(x))",
                "[b]{}[/B]",
                "[url=http://a.org]{}[/url]",
                "[quote]{}[/quote]",
            ]
        ),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=12,
)


@given(MARKED)
def test_links_and_bbcode_leave_the_words_that_they_mark(pair):
    marked, text = pair

    assert strip_markup(marked) == text
    assert find_markup(strip_markup(marked)) == []


@pytest.mark.parametrize(
    ("opening", "closing"), [("[", "](http:a)"), ("[b]", "[/b]"), ("[b]", ""), ("[", "]")]
)
def test_deep_markup_takes_no_longer_than_long_texts_do(opening, closing):
    """So deep, pairs that are looked for one within the other would take an hour."""
    depth = 100_000
    marked = f"{opening * depth}x{closing * depth}"

    assert strip_markup(marked) == (marked if closing in ("", "]") else "x")


def test_a_tag_of_bbcode_closes_the_nearest_one_that_is_open():
    assert strip_markup("[i]t is [i]so[/i] late[/b]") == "[i]t is so late[/b]"
