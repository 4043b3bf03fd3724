"""meets_with: what yields nothing first, then what yields."""

import pytest

NOTHING = [
    pytest.param("PERSON[Obama] phoned about GPE[Iran].", id="a subject of talk"),
    pytest.param("PERSON[Bush] refused to meet PERSON[Chavez].", id="refused"),
    pytest.param("PERSON[Bush] did not meet PERSON[Chavez].", id="denied"),
    pytest.param("Did PERSON[Bush] meet PERSON[Chavez]?", id="asked"),
    pytest.param("PERSON[Bush] wants to meet PERSON[Chavez].", id="wished for"),
    pytest.param("PERSON[Bush] would meet PERSON[Chavez] if he could.", id="supposed"),
    pytest.param("If PERSON[Bush] meets PERSON[Chavez], it will help.", id="a condition"),
    pytest.param(
        "GPE[North Korea] is refusing to hold talks with GPE[Japan].", id="talks refused"
    ),
    pytest.param(
        "PERSON[Annan] called for talks between GPE[Israel] and GPE[Syria].",
        id="talks called for",
    ),
    pytest.param("PERSON[Bush] met the deadline in GPE[Iraq].", id="met no person"),
]
RELATIONS = [
    pytest.param(
        "PERSON[Bush] is to meet PERSON[Putin] at the conference.",
        {"Bush meets_with Putin"},
        id="planned",
    ),
    pytest.param(
        "PERSON[Shoigu] shakes hands with PERSON[Hatami].",
        {"Shoigu meets_with Hatami"},
        id="hands shaken",
    ),
    pytest.param(
        "PERSON[Shoigu] met PERSON[Hatami] and PERSON[Rouhani].",
        {"Shoigu meets_with Hatami", "Shoigu meets_with Rouhani"},
        id="two that do not meet each other",
    ),
    pytest.param(
        "They spoke of a meeting of the TITLE[presidents] of GPE[Russia], GPE[Turkey] and GPE[Iran] in GPE[Ankara].",
        {"Russia meets_with Turkey", "Russia meets_with Iran", "Turkey meets_with Iran"},
        id="several, each pair",
    ),
    pytest.param(
        "TITLE[President] PERSON[Bush] is scheduled to meet with TITLE[President] PERSON[Putin] on Monday.",
        {"Bush meets_with Putin"},
        id="scheduled",
    ),
    pytest.param(
        "Talks between GPE[Israel] and GPE[Syria] began.",
        {"Israel meets_with Syria"},
        id="talks between",
    ),
    pytest.param(
        "PERSON[Putin] held talks with PERSON[Merkel] in GPE[Berlin].",
        {"Putin meets_with Merkel"},
        id="held talks",
    ),
    pytest.param(
        "PERSON[Shoigu] said at the start of talks with PERSON[Hatami] that it was over.",
        {"Shoigu meets_with Hatami"},
        id="said at talks",
    ),
    pytest.param(
        "GPE[Russia]'s TITLE[defense minister] met with his NORP[Iranian] counterpart on Tuesday.",
        {"Russia meets_with Iranian"},
        id="bare nouns with a name",
    ),
]


@pytest.mark.parametrize("sentence", NOTHING)
def test_meets_with_is_not_read_into(relations_in, sentence):
    assert not [relation for relation in relations_in(sentence) if " meets_with " in relation]


@pytest.mark.parametrize(("sentence", "relations"), RELATIONS)
def test_meets_with_is_found_in(relations_in, sentence, relations):
    assert {
        relation for relation in relations_in(sentence) if " meets_with " in relation
    } == relations
