"""The page of agreement, read as a browser's parser reads it."""

from collections import Counter
from dataclasses import replace

import pytest
from report import hostile
from report.agreement_pages import agreement_page_of, made_up_team, measured_team
from report.test_page import TAGS, Page
from samples import SCHEMA
from scoring_samples import document_with

from curation.report import difference_list
from curation.report.difference_list import EXAMPLES_SHOWN, TaskLink
from curation.scoring.agreement_results import Agreement, AgreementRecipe
from curation.scoring.confusions import ConfusionCounts

TEXT = "Bob of the Iranian Ministry met Al. Then Al left."
BOB, MINISTRY, AL = (0, 3, "PERSON"), (11, 27, "ORG"), (32, 34, "PERSON")


def team(*versions):
    """One document, by annotator: a, b and so on."""
    return {
        name: [replace(version, meta={"title": "A meeting"})]
        for name, version in zip("abc", versions, strict=False)
    }


def test_each_confusion_is_told_with_its_words_and_its_task():
    one = document_with(TEXT, BOB, MINISTRY, AL, arrows=((0, 1, "member_of"),))
    other = document_with(TEXT, BOB, (11, 27, "GPE"), AL, arrows=((0, 1, "affiliated_with"),))
    link = TaskLink("news", "http://127.0.0.1:8080/projects/1/data?task=7")

    html = agreement_page_of(team(one, other), links={"d": [link]})

    read = Page(html)
    assert "GPE / ORG" in read.text["bdi"]
    assert "affiliated_with / member_of" in read.text["bdi"]
    assert "Entities: another label" in read.text["h3"]
    assert "Relations: another relation" in read.text["h3"]
    assert "2 differences in 1 document." in read.text["p"]
    tasks = [a["href"] for a in read.all("a") if "task" in (a["href"] or "")]
    assert tasks == [link.address] * 2
    assert (
        html.count("Iranian Ministry") == 2 + 2 + 2
    )  # two sentences, two readings, two arrows
    assert "Open its task<" in html


def test_each_choice_of_a_menu_shows_something():
    read = Page(agreement_page_of(made_up_team(4)))

    choices = [int(a["value"]) for a in read.all("option") if a["value"]]
    kinds = {int(a["data-k"]) for a in read.all("div") if "data-k" in a}
    types = {
        int(one) for a in read.all("details") if "data-t" in a for one in a["data-t"].split()
    }
    assert len(kinds) > 3
    assert len(types) > 5
    assert sorted(choices) == sorted([*kinds, *types])


def test_of_several_tasks_each_is_named_by_its_project():
    links = {"d": [TaskLink(name, "http://x/tasks?task=1") for name in ("news", "news blind")]}

    html = agreement_page_of(team(document_with(TEXT, BOB), document_with(TEXT)), links=links)

    assert "Open its task in news<" in html
    assert "Open its task in news blind<" in html


def test_the_counts_are_those_of_all_differences():
    work = made_up_team(6)
    counts = ConfusionCounts()
    for versions in zip(*work.values(), strict=True):
        counts.add(dict(zip(work, versions, strict=True)), SCHEMA)

    html = agreement_page_of(work)

    assert f"{counts.differences:,} differences in" in html
    for confusion in counts.most_frequent()[:10]:
        assert f"<bdi>{confusion}</bdi>" in html
    most = counts.most_frequent()[0]
    assert f"{counts.times[most]:,} times in" in html
    assert html.count("class=difference") <= EXAMPLES_SHOWN * len(counts.times)


def test_nothing_but_text_comes_from_others():
    golds, found = hostile.documents()
    links = {one.id: [TaskLink(hostile.SCRIPT, hostile.LINK)] for one in golds}

    html = agreement_page_of(
        {hostile.SCRIPT: golds, "b": found}, links=links, gold=hostile.SCRIPT
    )

    read = Page(html)
    assert read.open == []
    assert {name for name, _ in read.elements} <= TAGS | {"em"}
    assert len(read.all("script")) == 1
    assert "alert" not in read.text["script"]
    for _, attributes in read.elements:
        assert not any(name.startswith("on") for name in attributes)
        assert not (attributes.get("href") or "").startswith("javascript")


def test_ids_are_there_once_and_whatever_is_named_is_there():
    read = Page(agreement_page_of(made_up_team(4)))
    ids = Counter(read.ids())

    assert set(ids.values()) == {1}
    for _, attributes in read.elements:
        for key in ("aria-labelledby", "aria-describedby", "for"):
            assert set((attributes.get(key) or "").split()) <= {*ids}
        link = attributes.get("href") or ""
        assert not link.startswith("#") or link[1:] in ids
    sections = [a["id"] for a in read.all("section") if "id" in a]
    assert sections == ["summary", "differences", "charts", "figures", "recipe"]
    assert read.open == []
    assert len(read.all("h1")) == len(read.all("main")) == 1


def test_the_same_agreement_gives_the_same_bytes():
    assert agreement_page_of(made_up_team(4)) == agreement_page_of(made_up_team(4))


def test_where_all_is_alike_the_page_says_so():
    some = document_with(TEXT, BOB)

    assert "Annotators have everything alike." in agreement_page_of(team(some, some))


def test_where_nobody_shares_a_document_the_page_says_so():
    recipe = AgreementRecipe(
        gold="next", digest="d", schema="s", seed=7, resamples=2, curate="0"
    )
    html = difference_list_page(Agreement(recipe, annotators=("a",), documents_by_one=1))

    assert "No document was annotated by two or more" in html


def difference_list_page(found):
    from curation.report.agreement_page import render_agreement_page

    return render_agreement_page(found, [], SCHEMA, links={})


def test_places_without_room_are_left_out_and_still_counted(monkeypatch):
    monkeypatch.setattr(difference_list, "BYTES_FOR_EXAMPLES", 3000)
    html = agreement_page_of(made_up_team(6))

    assert "Its places are left out, so that the page stays small." in html
    assert 1 <= html.count("class=difference") <= 10


@pytest.mark.slow
def test_many_documents_stay_below_two_megabytes():
    work = made_up_team(120)

    assert len(agreement_page_of(work).encode()) < 2_000_000
    assert measured_team(work).documents == 120
