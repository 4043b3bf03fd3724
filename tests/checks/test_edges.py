"""What a hand drags along by mistake, and what it cuts in two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import texts

from curation.checks.edges import doubt, objection, trimmed
from curation.checks.word_boundaries import hyphened


def place(marked):
    """Text and span of ``"met [Bob], "``."""
    start, end = marked.index("["), marked.rindex("]") - 1
    return marked[:start] + marked[start + 1 : end + 1] + marked[end + 2 :], start, end


@pytest.mark.parametrize(
    "marked",
    [
        "met [Bob]'s dog",
        "met [Bob]’s dog",
        "met [O’Neil]",
        "the [U.S.] said",
        "[U.S.]-based",
        "the [UK]-US deal",
        "[Savitsky]/Ministry",
        "the [Putin]Russia said",
        "in [2018]Trump said",
        "[東京]都",
        "ה[בית]",
        "[Jones’] book",
        "a deal of [$5m]",
        "[“Red” Bob]",
        "[Bob (MP)]",
        "[Zoë]",
        "[Zoe\u0308] said",
        "[Al\u200bBob]",
        "[Ber\u00adlin]",
        "[👨\u200d👩\u200d👧] met",
        "[Bob]\u00ad said",
        "[Bob]",
        "[Yahoo!] said",
        "A\t[Bob] said",
        "AFP/[AP] said",
        "UK–[US] deal",
        "the Al [Jazeera]",
        "[2017],2018",
        "[$5.2bn].",
        "in [U.S.].",
        "[‘Red’ Bob]",
        "[“Red” and “Blue”]",
        '[5" Bob]',
        "Face[Book]",
        "in is.[It] was",
    ],
)
def test_whole_words_are_no_problem(marked):
    text, start, end = place(marked)

    assert objection(text, start, end) == ""
    assert trimmed(text, start, end, by_hand=True) == (start, end)


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("met B[ob] here", "'ob' is only a part of 'Bob'"),
        ("met [Bo]b here", "'Bo' is only a part of 'Bob'"),
        ("met [Bob Smit]h", "'Bob Smit' is only a part of 'Bob Smith'"),
        ("[Russia]n", "'Russia' is only a part of 'Russian'"),
        ("in the [1990]s", "'1990' is only a part of '1990s'"),
        ("[Zoe]\u0308 said", "is only a part of 'Zoe\u0308'"),
        ("Zoe\u0308[lla]", "is only a part of 'Zoe\u0308lla'"),
        ("[Ber]\u00adlin", r"is only a part of 'Ber\xadlin'"),
        ("👨\u200d[👩] met", "is only a part of"),
        ("said [“Bob] to", "half a pair “"),
        ("the (big [NATO)] deal", "half a pair )"),
        ('said ["Bob] to', 'half a pair "'),
        ("said [‘Delta] to", "half a pair ‘"),
        ("Mc[Cain] said", "'Cain' is only a part of 'McCain'"),
        ("[1],000 men", "'1' is only a part of '1,000'"),
        ("$5.[2bn]", "'2bn' is only a part of '5.2bn'"),
        ("the [U.S]. said", "'U.S' is only a part of 'U.S.'"),
        (
            "Bob left[.] Ann",
            "the span holds no letter and no digit (Bob left[.] Ann); remove it",
        ),
        ("Yahoo[!!] said", "the span holds no letter and no digit"),
        ("the U.[S.] said", "'S.' is only a part of 'U.S.'"),
        ("the [U].S. said", "'U' is only a part of 'U.S.'"),
        ("the U[.]S. said", "'.' is only a part of 'U.S.'"),
        ("by [J].K. Rowling", "'J' is only a part of 'J.K.'"),
        ("a [Ph].D.", "'Ph' is only a part of 'Ph.D.'"),
        ("an i[Phone] 5", "'Phone' is only a part of 'iPhone'"),
        ("Mac[Donald] said", "'Donald' is only a part of 'MacDonald'"),
        ("said »[Bob«] to", "half a pair «"),
        ("said [‹Bob] to", "half a pair ‹"),
    ],
)
def test_what_was_cut_in_two_is_said(marked, said):
    text, start, end = place(marked)

    assert said in objection(text, start, end)


@pytest.mark.parametrize(
    ("marked", "ends_in"),
    [
        ("met [Bob's] dog", "'s"),
        ("met [Bob’s] dog", "’s"),
        ("of [Moody’s] said", "’s"),
        ("to [Oslo.] He", "."),
        ("to [Oslo.]\n\nthe", "."),
        ("to [Oslo.]", "."),
        ("to [Oslo.]” he said", "."),
        ("in [Paris!] He", "!"),
        ("in [Paris！]他", "！"),
        ("the [Jones’] book", "’"),
        ("the ['Delta] said", "'"),
        ("in [東京。]", "。"),
        ("the [AT&]T deal", "&"),
        ("he ['Bob] said", "'"),
        ("he [*Bob] said", "*"),
        ("he [Bob’]s dog", "’"),
        ("in [🇫🇷 Paris] he", "🇫"),
        ("in [<b>Paris] he", "<"),
        ("in [Paris</b>] he", ">"),
    ],
)
def test_a_mark_with_two_readings_stays_and_is_in_doubt(marked, ends_in):
    text, start, end = place(marked)

    assert trimmed(text, start, end, by_hand=True) == (start, end)
    assert objection(text, start, end) == ""
    said = doubt(text, start, end)
    assert f"{text[start:end]!r} " in said
    assert f"{ends_in!r}: part of the name, or dragged along?" in said


@pytest.mark.parametrize(
    ("marked", "word"),
    [
        ("Face[Book] said", "FaceBook"),
        ("the [Putin]Russia said", "PutinRussia"),
        ("O’[Neil] said", "O’Neil"),
        ("[O]'Neil's dog", "O'Neil's"),
        ("[AT]&T", "AT&T"),
        ("AT&[T]", "AT&T"),
        ("paid £[5m] to", "£5m"),
        ("US$[1,000] to", "US$1,000"),
    ],
)
def test_what_may_be_a_part_of_a_name_is_in_doubt(marked, word):
    text, start, end = place(marked)

    assert objection(text, start, end) == ""
    assert f"stands in {word!r}: all of the name, or a part of it?" in doubt(text, start, end)


@pytest.mark.parametrize(
    ("marked", "whole"),
    [
        ("met [Jean]-Claude now", "Jean-Claude"),
        ("met Jean-[Claude] now", "Jean-Claude"),
        ("met Jean-[Claude]’s dog", "Jean-Claude"),
        ("a Fitz-[Alan]‑Howard-Jones, he", "Fitz-Alan‑Howard-Jones"),
        ("the [US]-led war", "US"),
        ("the anti-[Iran] war", "Iran"),
        ("MOSCOW -[Bob] said", "Bob"),
        ("the [U.S.]–Iran", "U.S."),
        ("-[Bob]-", "Bob"),
        ("ist-[Bob]-9", "Bob"),
    ],
)
def test_hyphens_join_words_that_begin_with_a_capital(marked, whole):
    text, start, end = place(marked)

    first, last = hyphened(text, start, end)
    assert text[first:last] == whole


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("met [Bob\nSmith] there", "'Bob\\nSmith' runs over a line end: one name, or two?"),
        ("met Ann [Smith.\n\nAnn] there", "runs over a line end"),
        ("by [Savitsky/Reuters]", "'Savitsky/Reuters' has a slash in it: one name, or two?"),
        (
            "met [‘Bob’s’] dog",
            "'‘Bob’s’' stands in quotes: part of the name, or dragged along?",
        ),
        ("met [👨\u200d👩\u200d👧] there", "holds no letter and no digit: is it a name?"),
        ("[🇩🇪] won", "holds no letter and no digit: is it a name?"),
    ],
)
def test_what_is_hardly_one_name_is_in_doubt(marked, said):
    text, start, end = place(marked)

    assert trimmed(text, start, end, by_hand=True) == (start, end)
    assert objection(text, start, end) == ""
    assert said in doubt(text, start, end)


@pytest.mark.parametrize(
    "marked",
    [
        "met [Bob]'s dog",
        "met [Bob]’s",
        "the [Smiths]’ dog",
        "3. [5]. x",
        "met ‘[Bob]’ here",
        "met '[Bob]' here",
        "a deal of 5 [€]",
        "of [Acme Inc.] He",
        "the [U.S.] The",
        "[Robert F.] Kennedy",
        "[Gen.] Smith said",
        "on [Sept.] 3",
        "of [Acme Oy.] said",
        "of [Acme Oy.], said",
        "[“Red” Bob]",
        "[Bob “Red”]",
        "[Bob ‘Red’]",
        "[Bob (MP)]",
        "up [5%] on",
        "the [#MeToo] march",
        "in the [’90s] he",
        "a deal of [$5m]",
        "a deal of [5 €]",
        "on [9/11] he",
        "the [and/or] of",
        "[東京]。",
    ],
)
def test_what_belongs_to_a_name_is_in_no_doubt(marked):
    assert doubt(*place(marked)) == ""


@pytest.mark.parametrize(
    ("marked", "hand", "program"),
    [
        ("met [Bob ]now", "Bob", "Bob"),
        ("met[ Bob, ]now", "Bob", "Bob,"),
        ("met [Bob\u200b] now", "Bob", "Bob\u200b"),
        ("[\tBob;\n] now", "Bob", "Bob;"),
        ("met[, ]Bob", "", ","),
        ("[MOSCOW —] Bob", "MOSCOW", "MOSCOW —"),
        ("to [Paris?] No", "Paris", "Paris?"),
        ("the [US-]led", "US", "US-"),
        ("[Foo/]Bar", "Foo", "Foo/"),
        ("in [Oslo…] he", "Oslo", "Oslo…"),
        ("he [(Reuters)] said", "Reuters", "(Reuters)"),
        ("he ['Bob'] said", "Bob", "'Bob'"),
        ("he [»Bob«] said", "Bob", "»Bob«"),
        ("he [‚Bob‘] said", "Bob", "‚Bob‘"),
        ("in [Oslo...] he", "Oslo", "Oslo..."),
        ("[• Oslo] he", "Oslo", "• Oslo"),
        ("said[, Bob] now", "Bob", ", Bob"),
        ("the [“Arab Spring”,] a", "Arab Spring", "“Arab Spring”,"),
        ("[القاهرة،] و", "القاهرة", "القاهرة،"),
        ("[東京、]大阪", "東京", "東京、"),
    ],
)
def test_what_has_one_reading_is_trimmed(marked, hand, program):
    text, start, end = place(marked)

    for by_hand, words in ((True, hand), (False, program)):
        first, last = trimmed(text, start, end, by_hand=by_hand)
        assert text[first:last] == words


@given(texts(), st.data())
def test_no_span_is_too_odd_to_be_judged(text, data):
    """Trimming is done once and for all, and stays inside."""
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))

    first, last = trimmed(text, start, end, by_hand=True)
    assert start <= first <= last <= end
    if first < last:
        assert trimmed(text, first, last, by_hand=True) == (first, last)
        assert isinstance(objection(text, first, last), str)
        assert isinstance(doubt(text, first, last), str)
