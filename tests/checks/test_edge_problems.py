"""What a hand drags along by mistake, and what it cuts in two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import texts

from curation.checks.edge_problems import find_edge_problem, trim_edges
from curation.checks.edge_remarks import find_edge_remark


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
def test_whole_words_have_no_problem(marked):
    text, start, end = place(marked)

    assert find_edge_problem(text, start, end) == ""
    assert trim_edges(text, start, end, by_hand=True) == (start, end)


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
def test_a_span_that_cuts_a_word_or_a_pair_is_a_problem(marked, said):
    text, start, end = place(marked)

    assert said in find_edge_problem(text, start, end)


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
        first, last = trim_edges(text, start, end, by_hand=by_hand)
        assert text[first:last] == words


@given(texts(), st.data())
def test_no_span_is_too_odd_to_be_judged(text, data):
    """Trimming is done once and for all, and stays inside."""
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))

    first, last = trim_edges(text, start, end, by_hand=True)
    assert start <= first <= last <= end
    if first < last:
        assert trim_edges(text, first, last, by_hand=True) == (first, last)
        assert isinstance(find_edge_problem(text, first, last), str)
        assert isinstance(find_edge_remark(text, first, last), str)
