"""The card says what is there and how it came to be, and hostile words stay words."""

from dataclasses import replace

import pytest
import yaml
from card_samples import card_source, manifest
from gold_samples import (
    DATASET_TOML,
    PROVENANCE,
    Working,
    annotated,
    many,
    sealed,
    working,
    write_next,
)
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from samples import SCHEMA
from strategies import words

from curation.errors import GoldError
from curation.gold.card.known_limits import limit_sentences
from curation.gold.card.markdown import code_words, escape_markdown, markdown_link
from curation.gold.card.own_words import BEGIN, END
from curation.gold.card.page import card_text
from curation.gold.dataset import AdjudicatedDocument, GoldDocument, PublishedDecision
from curation.gold.release.seal import seal_version
from curation.gold.release.totals import compute_totals
from curation.gold.sealed.manifest import (
    BaselineEntry,
    BaselineScoreEntry,
    FigureEntry,
    GroupsEntry,
    LayerEntry,
    LeakEntry,
)
from curation.gold.sealed.versions import read_unannounced


@pytest.fixture(name="gold")
def _gold(tmp_path):
    return tmp_path / "gold"


def card(gold, state, **known):
    """The head, parsed, and the whole text."""
    sealed(gold, state, **known)
    text = (gold / "README.md").read_text()
    return yaml.safe_load(text.split("---\n")[1]), text


def test_every_version_has_its_configurations(gold):
    """Newest first and the default; names are strings; only splits that are there."""
    sealed(gold, working(annotated("d0")))
    head, _ = card(gold, working(*many(30)))

    splits = ["train", "validation", "test"]
    assert {
        config["config_name"]: [file["split"] for file in config["data_files"]]
        for config in head["configs"]
    } == {
        "0.2.0": splits, "0.2.0-annotations": ["annotations"],
        "0.2.0-tokens": splits, "0.2.0-relations": splits,
        "0.1.0": ["train"], "0.1.0-annotations": ["annotations"],
        "0.1.0-tokens": ["train"], "0.1.0-relations": ["train"],
    }  # fmt: skip
    assert [config["config_name"] for config in head["configs"] if config.get("default")] == [
        "0.2.0"
    ]
    for config in head["configs"]:
        assert all((gold / file["path"]).is_file() for file in config["data_files"])


def test_the_head_says_what_the_hub_asks(gold):
    head, _ = card(gold, working(*many(3)))

    assert head["license"] == ["cc-by-2.5", "cc-by-4.0"]
    assert head["pretty_name"] == "Names in the news"
    assert head["language"] == ["en"]
    assert head["annotations_creators"] == ["machine-generated"]
    assert head["size_categories"] == ["n<1K"]
    assert head["task_categories"] == ["token-classification"]


def test_norwegian_is_a_language_and_not_a_refusal(gold):
    """YAML reads a bare ``no`` as false."""
    head, _ = card(gold, working(annotated("d1", lang="no")))

    assert head["language"] == ["no"]


def test_only_codes_of_languages_are_languages():
    """Of the others nobody knows the language, so that nothing says how many languages there are."""
    written = ("en-US", "EN", "xx", "zxx", "english", "kab", "qqq")
    some = working(*(annotated(f"d{n}", lang=lang) for n, lang in enumerate(written)))

    text = card_text(card_source(some))
    head = yaml.safe_load(text.split("---\n")[1])

    assert head["language"] == ["en", "kab"]
    assert "multilinguality" not in head
    assert "- articles by language: not known 4, en 2, kab 1" in text
    assert "Articles are in en and kab; of 4 articles the language is not known." in text
    assert "no other language" not in text


@pytest.mark.parametrize(
    ("licenses", "name", "said"),
    [
        pytest.param(
            ["unknown"], "unknown", "must not be republished without asking", id="none"
        ),
        pytest.param(
            ["CC-BY-2.5", "unknown"], "mixed", "must not be republished", id="one without"
        ),
    ],
)
def test_an_unknown_license_is_said_plainly(gold, licenses, name, said):
    """In the head and in the text."""
    some = [annotated(f"d{n}", license=found) for n, found in enumerate(licenses)]

    head, text = card(gold, working(*some))

    assert (head["license"], head["license_name"]) == ("other", name)
    assert (gold / head["license_link"]).is_file()
    assert said in head["license_details"]
    assert said in text.split("---\n", 2)[2]


@pytest.mark.parametrize(
    ("annotators", "creators", "said"),
    [
        pytest.param(
            ["machine-1"], ["machine-generated"],
            "made by a language model or another program, not by people", id="machine",
        ),
        pytest.param(["person-1"], ["other"], "by 1 annotator, a person", id="person"),
        pytest.param(
            ["machine-1", "person-1"], ["other", "machine-generated"],
            "by 1 person and by 1 language model or other program", id="both",
        ),
    ],
)  # fmt: skip
def test_who_annotated_is_said_plainly(gold, annotators, creators, said):
    """A program's work never passes as people's; no pseudonym is on the card."""
    head, text = card(gold, working(*(annotated("d1", annotator=name) for name in annotators)))

    assert head["annotations_creators"] == creators
    assert said in text
    assert not any(name in text for name in annotators)


BY_PROGRAMS = "The annotations were made by a language model or another program, not by people."
PERSON, PROGRAM, UNKNOWN = "person-1", "machine-2", "unknown-3"


@pytest.mark.parametrize("annotator", [PERSON, "machine-1", UNKNOWN])
@pytest.mark.parametrize(
    ("checkers", "said"),
    [
        pytest.param(("", ""), "No person has checked them.", id="nobody"),
        pytest.param((PROGRAM, PROGRAM), "No person has checked them.", id="a program"),
        pytest.param(
            (PERSON, ""),
            "In 1 document of 2 a person decided differences between them, or changed them. No person has"
            " checked the other documents.",
            id="a person, one of two",
        ),
        pytest.param(
            (PERSON, PERSON),
            "In 2 documents of 2 a person decided differences between them, or changed them.",
            id="a person",
        ),
        pytest.param(
            (UNKNOWN, PROGRAM),
            "In 1 document of 2 somebody did of whom nobody knows whether it was a person. No person has"
            " checked the other documents.",
            id="who knows",
        ),
        pytest.param(
            (PERSON, UNKNOWN),
            "In 1 document of 2 a person decided differences between them, or changed them. In 1 document"
            " of 2 somebody did of whom nobody knows whether it was a person.",
            id="a person, and who knows",
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("how", ["adjudicated", "decided another time", "edited"])
def test_whether_a_person_has_checked_what_programs_annotated(
    tmp_path, annotator, checkers, said, how
):
    """By a verdict, by a decision in somebody else's verdict, or by an edit; the version says the same."""
    works, verdicts = [], []
    for document, by in zip(("d1", "d2"), checkers, strict=True):
        work = annotated(document, annotator=annotator)
        works.append(replace(work, edited_by=by) if how == "edited" else work)
        decision = PublishedDecision(
            kind="entities",
            place=((0, 6),),
            offered=(),
            chosen="[]",
            own=True,
            preselected="",
            adjudicator=by,
        )
        if by and how == "adjudicated":
            verdicts.append(AdjudicatedDocument(document=work.document, adjudicator=by))
        elif by and how != "edited":
            verdicts.append(
                AdjudicatedDocument(
                    document=work.document, adjudicator=PROGRAM, decisions=(decision,)
                )
            )
    out = annotated("d3", annotator=annotator)
    kept_out = [out, replace(out, edited_by=PERSON)]
    state = replace(working(*works), annotations=(*works, *kept_out), verdicts=tuple(verdicts))

    source = card_source(state)

    text = card_text(source)
    expected = f"{BY_PROGRAMS} {said}"
    is_said = annotator == "machine-1"
    limits = [*limit_sentences(source)]
    assert (expected in limits) == is_said
    assert (escape_markdown(said) in text) == is_said
    assert ("No person has checked" in text) == (is_said and "No person" in said)
    against_all = sum(bool(by) for by in checkers) if how == "decided another time" else 0
    plural = "" if against_all == 1 else "s"
    told = f"- {against_all} decision{plural} against what all annotators had alike\n"
    assert (told in text) == bool(against_all)
    totals = compute_totals(state, SCHEMA)
    seal_version(tmp_path / "0.1.0", totals, PROVENANCE)
    version, _ = read_unannounced(tmp_path, "0.1.0")
    programs = {name for name, by in zip(("d1", "d2"), checkers, strict=True) if by != PERSON}
    assert version.origins.machine_annotated == (programs if is_said else set())


@pytest.mark.parametrize("kind", ["expert-generated", "crowdsourced"])
def test_what_the_people_are_who_annotated_is_what_the_publisher_says(kind):
    """A program isn't called so, whatever the publisher says."""
    toml = DATASET_TOML.replace("citation =", f'annotators = "{kind}"\ncitation =')
    both = working(annotated("d1", annotator="person-1"), annotated("d2"))

    head = yaml.safe_load(card_text(card_source(both, toml=toml)).split("---\n")[1])

    assert head["annotations_creators"] == [kind, "machine-generated"]


def test_how_it_was_annotated_is_said(gold):
    """How many annotators, who was blind, what model, how well they agreed."""
    some = [*many(3), annotated("d0", annotator="person-1"), annotated("d9", suggestion=None)]
    provenance = replace(PROVENANCE, agreement=("span F1 0.91 [0.85, 0.95] | 12 documents",))

    _, text = card(gold, working(*some), provenance=provenance)

    assert "- annotations per document: 3 documents with 1; 1 document with 2" in text
    assert "- assisted (by correcting suggestions): 3 documents (75%); blind" in text
    assert "- documents per annotator: a person: 1; a program: 4" in text
    assert (
        "- of 5 annotations: 4 (80%) began from a suggestion, 1 (20%) were made blind" in text
    )
    assert r"- suggestions came from en\_core\_web\_sm@3.8.0" in text
    assert r"- span F1 0.91 \[0.85, 0.95\] \| 12 documents" in text
    assert "| PERSON | 4 | A named human being" in text
    assert "↔" in text


def test_a_gold_of_which_nobody_knows_the_arm_passes_for_neither():
    """A curator's, whose annotations are there no more, in a version of an older curate."""
    alone = GoldDocument(annotated("d9").document, adjudicated=True, arm="unknown")
    others = working(*many(2))

    text = card_text(card_source(Working((*others.gold_documents, alone), others.annotations)))

    assert "- assisted (by correcting suggestions): 2 documents (67%); blind (at least" in text
    assert "saw none): 0 documents (0%);" in text
    assert "- nobody knows which of the two: 1 document (33%)\n" in text


def test_agreement_that_nobody_measured_is_not_made_up(gold):
    _, text = card(gold, working(annotated("d1")))

    assert "Not measured" in text


def test_hostile_metadata_breaks_no_head():
    """In a version that was sealed before licences were checked."""
    hostile = "x: y\n---\n- '\"{}"
    some = working(annotated("d0", license=hostile, lang=hostile, src=hostile))

    text = card_text(card_source(some))
    head = yaml.safe_load(text.split("---\n")[1])

    assert (head["license"], head["license_name"]) == ("other", "mixed")
    assert "language" not in head
    assert "pretty_name" in head


def test_what_only_the_publisher_knows_is_on_the_card(gold):
    _, text = card(gold, working(annotated("d1")))

    assert text.split("\n# ", 1)[1].startswith("Names in the news\n\nArticles with the names")
    assert "## How the articles were chosen\n\nThe first articles of one day.\n" in text
    assert "[CC BY 4.0](<https://creativecommons.org/licenses/by/4.0/>)" in text
    assert "author = {Example, Ada and {The Example Group}}" in text
    assert "corrections: [https://example.org/names](<https://example.org/names>)" in text


def test_own_words_stay_where_the_rest_of_the_card_is_made_anew(gold):
    sealed(gold, working(annotated("d1")))
    path = gold / "README.md"
    own = "See *our* paper.\n\n| a | table |"
    path.write_text(path.read_text().replace(f"{BEGIN}\n", f"{BEGIN}\n{own}\n"))

    _, text = card(gold, working(*many(3)))

    assert f"{BEGIN}\n{own}\n{END}\n" in text
    assert "Version 0.2.0 has 3 documents" in text


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(lambda card: card.replace(END, ""), id="no end"),
        pytest.param(lambda card: card.replace(BEGIN, ""), id="no beginning"),
        pytest.param(lambda card: card + BEGIN + END, id="twice"),
        pytest.param(lambda card: f"{END}{card.replace(END, '')}", id="the wrong way round"),
    ],
)
def test_own_words_between_broken_markers_are_never_lost(gold, broken):
    sealed(gold, working(annotated("d1")))
    path = gold / "README.md"
    path.write_text(broken(path.read_text().replace(END, f"mine\n{END}")))
    before = path.read_text()
    write_next(gold, working(*many(3)))

    with pytest.raises(GoldError, match="each is expected once"):
        sealed(gold)

    assert path.read_text() == before


def test_each_article_is_attributed_as_its_licence_wants_it(gold):
    """Title with a link, author, address, licence with a link, and what was changed."""
    known = {"url": "https://en.wikinews.org/wiki/Backing_(Syria)", "attribution": "A. | B."}
    some = [annotated("d1", **known), annotated("d2", license="CC0-1.0", title="Free for all")]

    _, text = card(gold, working(*some))
    _, _, table = text.partition("### Attribution\n")
    rows = [line for line in table.split("\n## ")[0].split("\n") if line.startswith("| ")]

    assert rows[2:] == [
        "| [Backing](<https://en.wikinews.org/wiki/Backing_(Syria)>) | A. \\| B."
        " | [CC BY 2.5](<https://creativecommons.org/licenses/by/2.5/>) | normalised; annotated |"
    ]


def test_documents_without_gold_whose_text_is_published_are_attributed_as_well(gold):
    differ = [
        annotated("d2", labels=("ORG",), title="Kept out"),
        annotated("d2", annotator="person-1", title="Kept out"),
    ]

    _, text = card(gold, working(annotated("d1"), *differ))

    assert "| Kept out |" in text
    assert "- 1 document with annotations and without gold, in `-annotations` alone" in text
    assert "- 1 document with annotations stayed out of the gold" in text
    assert (
        "| Wikinews | [CC BY 2.5](<https://creativecommons.org/licenses/by/2.5/>) | attribution | 2 |"
        in text
    )


def test_nothing_of_an_article_without_a_licence_is_on_the_card(gold):
    sealed(
        gold,
        working(annotated("d1", license="unknown", title="Owned", url="https://o.example")),
    )

    for name in ("README.md", "LICENSE.md", "croissant.json", "CITATION.cff", ".zenodo.json"):
        assert "Owned" not in (gold / name).read_text()
        assert "Russia backs" not in (gold / name).read_text()


def test_a_long_list_of_articles_goes_on_beside_the_card(gold):
    _, text = card(gold, working(*many(120)))

    assert text.count("| Backing |") == 100
    assert "… and 20 more: [LICENSE.md](LICENSE.md) has all of them." in text
    assert (gold / "LICENSE.md").read_text().count("| Backing |") == 120


def test_the_changes_of_the_last_versions_are_told_without_hashes(gold):
    sealed(gold, working(annotated("d1")))

    _, text = card(gold, working(*many(3)))
    changes = text.split("## Changes\n")[1].split("\n## ")[0]

    assert changes.index("### 0.2.0") < changes.index("### 0.1.0")
    assert "The first version." in changes
    assert "`" not in changes.replace("`d", "")


def test_near_copies_of_versions_that_were_not_checked_may_be_in_several_groups():
    known = manifest(version="0.2.0", groups=GroupsEntry(several={}))
    source = card_source(working(*many(4)), known)
    older = replace(source, manifests=[*source.manifests, manifest()])

    said = (
        "- Near-copies were not looked for in 0.1.0: those among documents from there stay in"
    )
    assert said in card_text(older)
    assert "were not looked for" not in card_text(source)


def test_what_was_found_when_the_version_was_sealed_is_told():
    """Groups, a bridge, an allowed leak, views, the baseline."""
    score = BaselineScoreEntry(
        documents=3,
        gold=9,
        predicted=8,
        correct=6,
        f1=FigureEntry(value=0.706, lower=0.5, upper=0.9),
    )
    known = manifest(
        released="2026-11-29",
        fractions={"train": 0.8, "validation": 0.1, "test": 0.1},
        groups=GroupsEntry(several={"d0": ["d0", "d1"]}, bridges={"d1": ["d0", "d7"]}),
        leaks=[
            LeakEntry(document="d2", split="train", other="d3", other_split="test", shared=0.75)
        ],
        views={"tokens": {"not_aligned": 4}, "relations": {"none_share": 0.2}},
        agreement=["3 documents annotated by two or more"],
        baseline=BaselineEntry(
            model=LayerEntry(kind="model", name="en_core_web_sm", version="3.8.0"),
            scores={"all": {"entities": {"strict": score}}},
        ),
    )

    source = card_source(working(*many(4)), known)
    text = card_text(source)

    for said in (
        "| 0.1.0 | 2026-11-29 |",
        f"| train | {source.manifest.counts.splits['train']} | 80% |",
        "- 1 group of more than one document (2 documents in all)",
        "- group `d0`: `d0`, `d1`",
        "| split | documents | share of new groups |",
        "- A new document joins the group of its near-copies, the oldest where there are several,",
        "- `d1` belongs to several sealed groups, by its text or its story: it joined `d0`, not `d7`",
        "- **Allowed leak**: `d2` (train) shares 75% with `d3` (test)",
        "- 4 entities have no tag in 0.1.0-tokens: they don't begin and end with a token.",
        "- d2 (train) shares 75% of its text with d3 (test): a model that was trained on one",
        "| `0.1.0-tokens` | not aligned | 4 |",
        "| all splits | entities, strict | 3 | 9 | 8 | 6 | 0.706 [0.500, 0.900] |",
    ):
        assert said in text


def test_known_limits_follow_from_the_numbers(gold):
    """Of a type that is marked often enough nothing is said."""
    some = [
        annotated("d0", suggestion=None),
        *many(40)[1:],
        annotated("d1", annotator="person-1"),
    ]

    _, text = card(gold, working(*some))
    limits = text.split("## Known limits\n")[1].split("\n## ")[0]

    assert "39 documents of 40 had one annotator alone" in limits
    assert "In 39 documents of 40 every annotator corrected suggestions" in limits
    assert "How well annotators agree was not measured." in limits
    assert "FAC (0)" in limits
    assert "GPE (" not in limits
    assert "The articles are in en; no other language" in limits


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "https://a.example/x>)[y](", "https://a.example/a b", "", "a|b"],
)
def test_only_a_plain_address_becomes_a_link(address):
    assert markdown_link("t", address) == "t"


@given(words | st.text(alphabet="`a|<* \n", min_size=1))
def test_any_id_stays_code(text):
    (line,) = MarkdownIt().parseInline(code_words(text))

    assert [part.type for part in line.children] == ["code_inline"]
    assert (
        line.children[0].content.split()
        == "".join(c if c.isprintable() and c != "|" else " " for c in text).split()
    )


@given(words | st.text(alphabet="|<>`*_[]()!#&;-=+~:/.a\\\n\r\u2028 "))
def test_any_words_are_shown_as_they_are(text):
    """By another program that reads Markdown, in a table and out of one."""
    shown = escape_markdown(text)
    said = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    reader = MarkdownIt().enable("table")

    (line,) = reader.parseInline(shown)
    table = reader.parse(f"| a |\n| --- |\n| {shown} |\n")

    assert "".join(part.content for part in line.children) == said
    assert {part.type for part in line.children} <= {"text"}
    cells = [one.children for one in table if one.type == "inline"]
    assert ["".join(part.content for part in cell) for cell in cells] == ["a", said]
