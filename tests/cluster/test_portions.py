"""How articles are dealt out to shards: the same ones the same way, and a mended one moves no other."""

from curation.articles import ArticlesReport
from curation.cluster.portions import (
    AllRead,
    BadArticles,
    Failure,
    Kept,
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


def test_a_written_shard_is_counted_and_not_made_again():
    first = digests(packed(ARTICLES))

    parcels = packed(ARTICLES, written={1: first[1], 2: "of other articles"})

    assert [one for one in parcels if isinstance(one, Kept)] == [Kept(1, 20)]
    portions = [one for one in parcels if isinstance(one, Portion)]
    assert [(one.shard, len(one.documents)) for one in portions] == [(0, 16), (0, 4), (2, 10)]


def test_other_rules_make_every_shard_anew():
    assert not {*digests(packed(ARTICLES)).values()} & {
        *digests(packed(ARTICLES, made_by="another")).values()
    }


def test_a_mended_article_changes_its_own_shard_alone():
    """Two spans of it are bad."""
    bad = [Problem("a.jsonl:6", "begins after its end"), Problem("a.jsonl:6", "is empty")]
    with_bad = [*ARTICLES[:5], *bad, *ARTICLES[6:]]

    parcels = packed(with_bad)
    before = digests(parcels)
    after = digests(packed(ARTICLES))

    assert [number for number in after if after[number] != before[number]] == [0]
    told = [
        problem for one in parcels if isinstance(one, BadArticles) for problem in one.problems
    ]
    assert [problem.place for problem in told] == ["a.jsonl:6"] * 2


def test_what_is_told_of_the_articles_comes_last():
    assert isinstance(packed(ARTICLES)[-1], AllRead)


def test_an_input_that_ends_in_an_error_ends_so_here():
    """The bad articles before it are told."""
    report = ArticlesReport(bad=TakenProblems())
    problem = Problem("a.jsonl:2", "not JSON")

    def broken():
        yield ARTICLES[0]
        report.bad.append(problem)
        raise InputError("the disk is gone")

    parcels = list(pack_articles(broken(), report, size=20, made_by="m", written={}))

    assert parcels[0] == BadArticles((problem,))
    assert isinstance(parcels[-1], Failure)
