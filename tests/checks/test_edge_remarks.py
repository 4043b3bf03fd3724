"""Edges that may be meant and are worth a look."""

import pytest
from checks.test_edge_problems import place

from curation.checks.edge_problems import find_edge_problem, trim_edges
from curation.checks.edge_remarks import find_edge_remark


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
def test_a_mark_with_two_readings_stays_and_gets_a_remark(marked, ends_in):
    text, start, end = place(marked)

    assert trim_edges(text, start, end, by_hand=True) == (start, end)
    assert find_edge_problem(text, start, end) == ""
    said = find_edge_remark(text, start, end)
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
def test_what_may_be_a_part_of_a_name_gets_a_remark(marked, word):
    text, start, end = place(marked)

    assert find_edge_problem(text, start, end) == ""
    assert f"stands in {word!r}: all of the name, or a part of it?" in find_edge_remark(
        text, start, end
    )


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
def test_what_is_hardly_one_name_gets_a_remark(marked, said):
    text, start, end = place(marked)

    assert trim_edges(text, start, end, by_hand=True) == (start, end)
    assert find_edge_problem(text, start, end) == ""
    assert said in find_edge_remark(text, start, end)


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
def test_what_belongs_to_a_name_gets_no_remark(marked):
    assert find_edge_remark(*place(marked)) == ""
