"""Spans drawn with the mouse over nasty texts come back with exactly the offsets meant."""

from contextlib import nullcontext

import pytest

from curation.articles import read_articles
from curation.documents.document import Document, Entity, Layer

MODEL = Layer("model", "m", "1", "w", "r")

# What is to be marked stands in single guillemets, perhaps nested.
TEXTS = {
    "emoji": "😀 ‹Bob› 👍🏽 met ‹👨‍👩‍👧‍👦 Ann› in 🏴󠁧󠁢󠁳󠁣󠁴󠁿.\n🇮🇷‹Iran›🇷🇺‹Russia›🎉 and ‹🇩🇪› won ‹𝔊𝔯𝔬𝔢𝔯›.",
    "combining marks": "‹Zoe\u0308 Müller› met ‹a\u0308\u0323\u0301bc› and ‹e\u0301› near ‹São Paulo›; ‹İzmir›, ‹ﬁne›.",
    "other scripts": "‹Владимир Путин› met ‹東京都› and ‹नमस्ते› and ‹한국어› and ‹ไทย› here.",
    "right to left": "אמר ‹שלום› אתמול ו ‹ירושלים› שם.\nقال ‹محمد علي› في ‹القاهرة› أمس.\nThe ‹Likud› (‹הליכוד›) won in ‹Israel›.",
    "bidi controls": "He said \u202b‹abc›\u202c to \u2067‹Bob›\u2069 and \u200e‹Ann›\u200f left.",
    "white space": "A\t‹Bob›\tmet \xa0‹Ann\xa0Lee›\xa0 in\u202f‹Paris›\u3000and  ‹Al›  two\u2003‹Jo›.\n\n\n  ‹Iran›  \n\t‹Oman›\n",
    "odd line ends": "One ‹Bob›\x0bmet\x0c‹Ann›\x85at\u2028‹Paris›\u2029and ‹Rome›.",
    "invisible": "\ufeff‹Bob› met \u200b‹Ann›\u200b, ‹Ber\xadlin› and ‹Al\u2060Jo› or ‹Re\u200dza› and ‹می\u200cخواهم› with ‹Tim›.",
    "markup": "<b>‹Bob›</b> &amp; ‹Ann› &lt; ‹AT&T› &#8217;‹Al›&nbsp;<script>‹alert›(1)</script> {{‹x›}} $text \\n ‹\\u0041›",
    "quotes": '‹Bob›\'s and ‹Ann›’s ‹O’Neil›, “‹Al›”, ‘‹Jo›’, "‹Tim›", ‹Jones›’ (‹NATO›) [‹EU›]; ‹U.S.›, ‹$5m›.',
    "compounds": "‹U.S.›-based ‹Savitsky›/‹Ministry› pro-‹Iran› ‹UK›–‹US› ‹Al-Jazeera›, non‑‹EU›, ‹AFP›/‹AP›.",
    "nested": "the ‹Bank of ‹America›› and ‹‹‹Black› Sea› Fleet› sailed.",
    "over line ends": "the ‹Bank\nof America› met ‹Ann\n\nLee› at ‹the\n \nend›.",
}

# Several to a page, so that what goes wrong in one would shift the next.
PAGES = {
    "scripts": ("emoji", "combining marks", "other scripts", "right to left", "bidi controls"),
    "spaces": ("white space", "odd line ends", "invisible", "over line ends"),
    "punctuation": ("markup", "quotes", "compounds", "nested"),
}


def parse(marked):
    """The text without its brackets, and the spans that they told of."""
    text, spans, open_at = "", [], []
    for character in marked:
        if character == "‹":
            open_at.append(len(text))
        elif character == "›":
            spans.append((open_at.pop(), len(text)))
        else:
            text += character
    return text, spans


def people(spans):
    return tuple(Entity(start, end, "PERSON", f"s{start}-{end}") for start, end in spans)


def draw_them_all(desk, screen, ada, text, spans):
    """
    Two copies of a text: what one suggests is drawn in the other.

    So every span is drawn, beside, over and inside spans that are there.
    """
    wanted = people(spans)
    copies = {"odd": (wanted[::2], wanted[1::2]), "even": (wanted[1::2], wanted[::2])}
    made = desk(
        *(
            Document(name, text, suggested, layer=MODEL)
            for name, (suggested, _) in copies.items()
        )
    )
    screen.open_stream(made.project)
    for number in range(2):
        assert screen.text() == text
        _, missing = copies[screen.document()]
        for one in missing:
            screen.mark("1", one.start, one.end)
        with screen.moving_on() if number == 0 else nullcontext():
            screen.submit()

    found = made.pull()
    assert found.cursor.all_problems() == ()
    said = {
        one.document.id: [text[e.start : e.end] for e in one.document.entities]
        for one in found.annotations
    }
    words = [text[e.start : e.end] for e in sorted(wanted)]
    assert said == {"odd": words, "even": words}
    for one in found.annotations:
        layer = Layer("annotator", ada.email)
        assert one.document == Document(one.document.id, text, wanted, layer=layer)


@pytest.mark.parametrize("page", PAGES)
def test_every_span_of(page, desk, screen, ada):
    marked = "\n".join(TEXTS[name] for name in PAGES[page])

    draw_them_all(desk, screen, ada, *parse(marked))


def test_no_text_is_forgotten():
    assert sorted(TEXTS) == sorted(name for page in PAGES.values() for name in page)


def test_crossing_spans(desk, screen, ada):
    text = "The Bank of America of Boston said."

    draw_them_all(desk, screen, ada, text, [(4, 19), (12, 29), (4, 29)])


def test_an_article_with_windows_line_ends(desk, screen, ada, tmp_path):
    """They are gone once it is ingested; what is marked then is marked in that text."""
    file = tmp_path / "article.txt"
    file.write_bytes("A title\r\n\r\nBob 😀\r\nmet Ann\r\n\r\nLee in\tOslo.\r\n".encode())
    (article,) = read_articles([file])
    names = ("Bob", "Ann\n\nLee", "Oslo")
    spans = [(article.text.index(name), article.text.index(name) + len(name)) for name in names]

    assert "\r" not in article.text
    draw_them_all(desk, screen, ada, article.text, spans)
