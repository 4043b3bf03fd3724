"""How articles are dealt out to shards: the same ones the same way, and a mended one moves no other."""

from curation.articles import ArticlesReport
from curation.cluster.portions import (
    AllRead,
    BadArticles,
    Failure,
    Portion,
    TakenProblems,
    pack_articles,
)
from curation.documents.document import Document
from curation.errors import InputError, Problem

ARTICLES = [Document(f"d{n}", f"Bush met Putin in {1990 + n}.") for n in range(50)]


def packed(articles, *, written=None, made_by="model", size=20):
    """Articles may be problems: those are bad."""
    report = ArticlesReport(bad=TakenProblems())

    def read():
        for article in articles:
            if isinstance(article, Problem):
                report.bad.append(article)
            else:
                yield article

    found = pack_articles(read(), report, size=size, made_by=made_by, written=written or {})
    return list(found)


def digests(parcels):
    return {one.shard: one.digest for one in parcels if isinstance(one, Portion)}


def test_all_articles_come_in_their_order_and_a_worker_gets_few_at_once():
    portions = [one for one in packed(ARTICLES) if isinstance(one, Portion)]

    assert [document for one in portions for document in one.documents] == ARTICLES
    assert [one.shard for one in portions] == [0, 0, 1, 1, 2]
    assert max(len(one.documents) for one in portions) <= 16
    assert sum(one.count for one in portions) == 50


def test_a_written_shard_is_counted_and_not_made_again():
    first = digests(packed(ARTICLES))

    parcels = packed(ARTICLES, written={1: first[1], 2: "of other articles"})

    again = [one for one in parcels if isinstance(one, Portion)]
    assert [(one.shard, one.count, bool(one.documents)) for one in again] == [
        (0, 16, True),
        (0, 4, True),
        (1, 20, False),
        (2, 10, True),
    ]


def test_other_rules_make_every_shard_anew():
    assert not {*digests(packed(ARTICLES)).values()} & {
        *digests(packed(ARTICLES, made_by="another")).values()
    }


def test_a_mended_article_changes_its_own_shard_alone():
    with_bad = [*ARTICLES[:25], Problem("a.jsonl:26", "not JSON"), *ARTICLES[26:]]

    parcels = packed(with_bad)
    before = digests(parcels)
    after = digests(packed(ARTICLES))

    assert [number for number in after if after[number] != before[number]] == [1]
    told = [
        problem for one in parcels if isinstance(one, BadArticles) for problem in one.problems
    ]
    assert [problem.place for problem in told] == ["a.jsonl:26"]


def test_what_is_told_of_the_articles_comes_last():
    assert isinstance(packed(ARTICLES)[-1], AllRead)


def test_an_input_that_ends_in_an_error_ends_so_here():
    def broken():
        yield ARTICLES[0]
        raise InputError("the disk is gone")

    parcels = list(
        pack_articles(
            broken(), ArticlesReport(bad=TakenProblems()), size=20, made_by="m", written={}
        )
    )

    assert isinstance(parcels[-1], Failure)
