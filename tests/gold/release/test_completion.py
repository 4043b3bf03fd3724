"""A version is a version for ever, and whoever is interrupted simply begins again."""

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import replace

import pytest
from gold_samples import (
    PROVENANCE,
    TEXT,
    Working,
    alter,
    annotated,
    files,
    many,
    seal_release,
    sealed,
    working,
    write_next,
)
from samples import ROOT, SCHEMA

from curation.commands.release import release_lines
from curation.documents.document import Entity, Relation
from curation.errors import CurateError, GoldError, UsageError
from curation.files import lock
from curation.gold.card.files import write_published_files
from curation.gold.dataset import GoldDocument
from curation.gold.release.completion import ReleaseReport
from curation.gold.sealed.verification import verify_gold
from curation.gold.sealed.versions import list_versions, newest_version, read_version
from curation.gold.working.not_offered import TypesNotOffered
from curation.gold.working.version import MEND_FILES

WIDER = replace(SCHEMA, entities={k: v for k, v in SCHEMA.entities.items() if k != "MONEY"})

PUBLISHED_FILES = ("README.md", "croissant.json", "CITATION.cff", ".zenodo.json", "LICENSE.md")


@pytest.fixture(name="gold")
def _gold(tmp_path):
    return tmp_path / "gold"


def test_the_first_version_has_all_of_next(gold):
    state = working(*many(30))

    done = sealed(gold, state)

    version = read_version(gold, "0.1.0")
    digest = version.manifest.digest
    assert done == ReleaseReport(
        version="0.1.0",
        digest=digest,
        path=gold / "0.1.0",
        is_new=True,
        flags={},
        overlapping=0,
        not_offered=TypesNotOffered(
            unknown=tuple(sorted(one.id for one in state.gold_documents))
        ),
        manifest=version.manifest,
        small_splits={"validation": 3, "test": 4},
        min_documents=10,
        written=PUBLISHED_FILES,
    )
    assert (tuple(version.gold_documents), tuple(version.annotations)) == (
        state.gold_documents,
        state.annotations,
    )


def test_what_asks_for_a_look_is_counted_and_sealed(gold):
    asks = annotated("d0", flags=("needs_discussion",))
    nested = annotated("d1")
    inside = Entity(0, 3, "ORG")
    entities = (*nested.document.entities, inside)
    nested = replace(nested, document=replace(nested.document, entities=entities))

    done = sealed(gold, working(asks, nested, annotated("d2")))

    assert (done.flags, done.overlapping) == ({"needs_discussion": 1}, 1)
    assert done.is_new
    again = sealed(gold)
    assert (again.flags, again.overlapping, again.is_new) == (done.flags, 1, False)
    said = "0.1.0 has 1 document flagged needs_discussion, 1 document with overlapping spans"
    assert said in "\n".join(release_lines(again))


def test_addresses_that_arent_public_are_told_without_their_words(gold):
    """They are sealed; it is for whoever releases to take them out, or to leave them to publish."""
    state = working(
        annotated("d0", url="https://user:hunter2@example.org/a"),
        annotated("d1", feed="http://cms.internal/a"),
        annotated("d2", url="https://example.org/a"),
    )

    done = sealed(gold, state)
    again = sealed(gold, None)

    assert done.private_addresses == again.private_addresses == ("d0", "d1")
    told = "\n".join(release_lines(done))
    assert (
        "2 documents have an address with a login, or of a private host or file: d0, d1" in told
    )
    assert "hunter2" not in told


def test_the_manifest_says_how_it_was_made(gold):
    sealed(gold, working(*many(30)), provenance=replace(PROVENANCE, agreement=("F1 0.9",)))

    manifest = read_version(gold, "0.1.0").manifest

    assert manifest.fingerprint == SCHEMA.fingerprint
    assert manifest.types.relations["meets_with"].symmetric is True
    guideline = (gold / "0.1.0" / "guidelines.md").read_bytes()
    assert guideline == b"# Mark every name\n"
    assert manifest.guideline_sha256 == hashlib.sha256(guideline).hexdigest()
    assert manifest.files["guidelines.md"] == manifest.guideline_sha256
    assert manifest.curate == "0.3.0"
    assert manifest.ingest == ["1"]
    assert [str(model) for model in manifest.layers] == [
        "en_core_web_sm@3.8.0+cd93e9ca9126.a1b2"
    ]
    assert manifest.agreement == ["F1 0.9"]
    assert manifest.counts.entities == {"GPE": 60, "PERSON": 30}
    assert manifest.counts.relations == {"supports": 30}
    assert sum(manifest.counts.splits.values()) == manifest.counts.documents == 30


@pytest.mark.parametrize(
    ("after", "schema", "version"),
    [
        pytest.param(
            [annotated("d1", labels=("GPE",))], SCHEMA, "0.1.1", id="annotations: patch"
        ),
        pytest.param(many(3), SCHEMA, "0.2.0", id="a document more: minor"),
        pytest.param(many(1), SCHEMA, "0.2.0", id="other documents: minor"),
        pytest.param(many(3), WIDER, "1.0.0", id="the schema: major"),
        pytest.param([annotated("d1")], WIDER, "1.0.0", id="the schema alone: major"),
        pytest.param(
            [annotated("d1"), annotated("d1", annotator="person-1")],
            SCHEMA,
            "0.1.1",
            id="an annotator more: patch",
        ),
    ],
)
def test_the_number_says_what_changed(gold, after, schema, version):
    sealed(gold, working(annotated("d1")))

    done = sealed(gold, working(*after), schema=schema)

    assert (done.version, done.is_new) == (version, True)
    assert list_versions(gold) == ("0.1.0", version)


def test_nothing_new_seals_nothing(gold):
    """Whatever the entities' ids."""
    first = sealed(gold, working(*many(3)))
    before = files(gold)

    again = sealed(gold)

    assert again == replace(first, is_new=False, written=())
    assert files(gold) == before


def test_a_number_that_was_asked_for_in_vain_is_told(gold):
    """Nothing is new, so that no version of this number comes to be."""
    sealed(gold, working(*many(3)))

    with pytest.raises(GoldError, match=r"^2\.0\.0: nothing is new in .* since 0\.1\.0"):
        sealed(gold, version="2.0.0")

    assert list_versions(gold) == ("0.1.0",)


def test_an_older_version_that_has_it_all_is_named(gold):
    """Asked for by its number."""
    first = sealed(gold, working(*many(3)))
    sealed(gold, working(*many(4)))

    again = sealed(gold, working(*many(3)), version="0.1.0")

    assert again == replace(first, is_new=False, written=())
    assert list_versions(gold) == ("0.1.0", "0.2.0")


@pytest.mark.parametrize("direction", [1, -1])
def test_a_symmetric_relation_has_one_digest(gold, direction):
    """Drawn either way it is the same statement."""
    annotation = annotated("d1", text=TEXT)
    ends = annotation.document.entities[::2][::direction]
    drawn = replace(annotation.document, relations=(Relation(*ends, "meets_with"),))

    done = sealed(gold, working(replace(annotation, document=drawn)))

    assert done.digest.startswith("e0b2fd4dedfbaf14")
    assert (
        next(iter(read_version(gold, "0.1.0").gold_documents)).document.relations[0].head.start
        == 0
    )


@pytest.mark.parametrize(
    ("version", "said"),
    [
        pytest.param("1.0", "'1.0' is no version", id="two numbers"),
        pytest.param("v1.0.0", "'v1.0.0' is no version", id="a letter"),
        pytest.param("01.0.0", "'01.0.0' is no version", id="a leading zero"),
        pytest.param("../1.0.0", "is no version", id="a path"),
        pytest.param("next", "is no version", id="next"),
        pytest.param(
            "0.2.0",
            "this version is sealed already, with other content",
            id="sealed with other rows",
        ),
        pytest.param("0.1.5", "must be larger than the newest version, 0.2.0", id="smaller"),
    ],
)
def test_a_wrong_number_is_refused(gold, version, said):
    sealed(gold, working(*many(1)), version="0.2.0")
    write_next(gold, working(*many(2)))
    before = files(gold)

    with pytest.raises((GoldError, UsageError), match=said):
        sealed(gold, version=version)
    assert files(gold) == before


def test_an_empty_next_is_refused(gold):
    with pytest.raises(GoldError, match="holds no documents") as error:
        sealed(gold)

    assert error.value.hint.startswith("curate pull")
    assert {path.name for path in gold.iterdir()} == {"dataset.toml"}


def test_everything_that_is_wrong_is_said(gold):
    """Every document that breaks the schema, and the number."""
    sealed(gold, working(*many(1)), version="0.2.0")
    odd = Entity(19, 20, "EMOJI")
    broken = [
        replace(one, document=replace(one.document, entities=(*one.document.entities, odd)))
        for one in many(3)
    ]

    with pytest.raises(GoldError) as error:
        sealed(gold, working(*broken), version="0.1.9")

    assert [line.split(":")[0] for line in str(error.value).splitlines()] == [
        "0.1.9", "d0, 19..20", "d1, 19..20", "d2, 19..20",
    ]  # fmt: skip


def test_a_known_document_keeps_its_text(gold):
    sealed(gold, working(*many(2)))

    with pytest.raises(GoldError, match="d1: the text differs from the sealed text"):
        sealed(
            gold,
            working(annotated("d0"), annotated("d1", text="Russia backs Assad 😢 in Syria")),
        )


def test_a_document_that_comes_back_has_the_text_that_was_sealed(gold):
    sealed(gold, working(*many(2)))
    sealed(gold, working(annotated("d0")))

    with pytest.raises(GoldError, match="d1: the text differs from the sealed text"):
        sealed(
            gold,
            working(
                annotated("d0"), annotated("d1", text="Other news of that day.", labels=())
            ),
        )


def test_a_version_that_is_gone_is_missed(gold):
    """It was announced, so nobody may take its number."""
    sealed(gold, working(*many(2)))
    (gold / "0.1.0").rename(gold.parent / "elsewhere")

    with pytest.raises(GoldError, match=r"0 is missing, and .* says it was sealed") as error:
        sealed(gold)
    assert error.value.hint == f"git checkout {gold / '0.1.0'}"


@pytest.mark.parametrize("number", [None, "0.3.0"])
@pytest.mark.parametrize(
    ("altered", "name"),
    [
        pytest.param("0.1.0", "train-*", id="gold of an old version"),
        pytest.param("0.2.0", "train-*", id="gold of the newest"),
        pytest.param("0.2.0", "guidelines.md", id="anything of the newest"),
    ],
)
def test_an_altered_version_is_no_base(gold, altered, name, number):
    """Its groups may not be forgotten, whatever the number asked for: documents would change splits."""
    sealed(gold, working(*many(2)))
    sealed(gold, working(*many(3)))
    path = next((gold / altered).glob(name))
    alter(path, b"rubbish")
    write_next(gold, working(*many(4)))

    with pytest.raises(GoldError, match=f"{path.name} differs from its hash") as error:
        sealed(gold, version=number)
    assert error.value.hint == f"git checkout {gold / altered}"
    assert list_versions(gold) == ("0.1.0", "0.2.0")


@pytest.mark.parametrize("number", [None, "0.3.0"])
def test_a_file_too_many_moves_nobody(gold, number):
    """In an old version it is in nobody's way; in the newest, with which is compared, it is told."""
    sealed(gold, working(*many(2)))
    sealed(gold, working(*many(3)))
    splits = read_version(gold, "0.1.0").split_plan.sealed
    facts = gold / "dataset.toml"
    other_shares = "[splits]\ntrain = 0.0\nvalidation = 0.5\ntest = 0.5\n"
    facts.write_text(f"{facts.read_text()}\n{other_shares}")
    write_next(gold, working(*many(4)))
    extra = gold / "0.2.0" / ".DS_Store"
    extra.touch()
    (gold / "0.1.0" / ".DS_Store").touch()

    with pytest.raises(GoldError, match="DS_Store is not in") as error:
        sealed(gold, version=number)
    assert error.value.hint == f"rm {extra}"
    extra.unlink()
    sealed(gold, version=number)

    assert splits.items() <= read_version(gold, "0.3.0").split_plan.sealed.items()


def test_an_altered_manifest_stops_every_release(gold):
    """The card is made of all manifests, so none may be false."""
    sealed(gold, working(*many(2)))
    sealed(gold, working(*many(3)))
    path = gold / "0.1.0" / "manifest.json"
    alter(path, path.read_text().replace("0.3.0", "0.4.0"))
    write_next(gold, working(*many(4)))
    before = files(gold)

    with pytest.raises(
        GoldError, match=r"0\.1\.0 was altered after it was sealed: manifest\.json"
    ):
        sealed(gold, version="3.0.0")
    assert files(gold).keys() == before.keys()


def test_the_changelog_tells_what_changed_newest_first(gold):
    sealed(gold, working(*many(3)))
    sealed(gold, working(*many(2), annotated("d3"), annotated("d4")))
    sealed(
        gold, working(*many(2), annotated("d3"), annotated("d4", labels=("GPE",))), schema=WIDER
    )

    text = (gold / "CHANGELOG.md").read_text()

    assert [line for line in text.splitlines() if line.startswith(("#", "Ag", "The"))] == [
        "# Changes of the gold dataset",
        "## 1.0.0",
        "Against 0.2.0: 0 documents added, 0 removed, 1 changed. The schema changed.",
        "## 0.2.0",
        "Against 0.1.0: 2 documents added, 1 removed, 0 changed.",
        "## 0.1.0",
        "The first version.",
    ]


# Everything that a release is watched at: what is done, how often it was begun before, and the item.
POINTS = [
    ("reading", 0, 1),
    ("verifying documents", 0, 1),  # the version before
    ("documents", 0, 1),
    ("annotations", 0, 1),
    *(("sealing", 0, table) for table in range(10)),
    ("verifying documents", 1, 1),  # sealed, not announced
    ("verifying annotations", 1, 1),
    ("writing the card", 0, 0),  # announced, without a card
    ("writing the card", 0, 1),
    ("writing the card", 0, 4),
]


@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS, ids=str)
def test_interrupted_anywhere_and_run_again_it_ends_the_same(gold, tmp_path, point):
    """As if it had not been interrupted, to the last byte of every file."""
    sealed(gold, working(*many(30)))
    sealed(tmp_path / "whole", working(*many(30)))
    for folder in (gold, tmp_path / "whole"):
        write_next(folder, working(*many(31)))
    done = sealed(tmp_path / "whole")

    _interrupt(gold, *point)
    again = sealed(gold)

    assert (again.version, again.digest) == (done.version, done.digest)
    assert files(gold) == files(tmp_path / "whole")
    assert (
        tuple(read_version(gold, "0.2.0").gold_documents) == working(*many(31)).gold_documents
    )


def _interrupt(gold, what, begun_before, item):
    """Interrupt a release at this item of what it does."""
    begun = Counter()

    def watch(items, doing, total):
        name = what if doing.startswith(what) else doing
        begun[name] += 1
        for number, each in enumerate(items):
            if (name, begun[name] - 1, number) == (what, begun_before, item):
                raise KeyboardInterrupt
            yield each

    with pytest.raises(KeyboardInterrupt):
        seal_release(gold, watch=watch)


KILLED = """
import os, sys
from pathlib import Path
from gold_samples import seal_release
gold = Path(sys.argv[1])
def watch(items, what, total):
    for number, item in enumerate(items):
        if what == "sealing" and number == 2:
            os.kill(os.getpid(), 9)
        yield item
seal_release(gold, watch=watch)
"""


@pytest.mark.slow
def test_a_killed_release_blocks_no_other(gold):
    """Neither its lock nor what it had written is in the way."""
    write_next(gold, working(*many(30)))
    env = os.environ | {"PYTHONPATH": str(ROOT / "tests")}
    done = subprocess.run([sys.executable, "-c", KILLED, str(gold)], env=env, check=False)
    assert done.returncode == -signal.SIGKILL
    assert {path.name for path in gold.iterdir()} == {".sealing-0.1.0", "dataset.toml", "next"}

    assert sealed(gold).is_new
    assert {path.name for path in gold.iterdir()} == {
        "0.1.0",
        "CHANGELOG.md",
        *PUBLISHED_FILES,
        "dataset.toml",
        "next",
    }


@pytest.mark.long
def test_killed_at_random_and_run_again_the_command_ends_the_same(gold, tmp_path):
    """Whenever ``kill -9`` comes, nothing is left half written."""
    sealed(gold, working(*many(30)))
    write_next(gold, working(*many(31)))
    shutil.copytree(ROOT / "label_config", tmp_path / "label_config")

    def begin(desk):
        command = [sys.executable, "-m", "curation", "release", "--no-baseline"]
        return subprocess.Popen(command, cwd=desk, env=os.environ | {"PYTHONPATH": str(ROOT)})

    def copy(name):
        shutil.copytree(gold, tmp_path / name / "gold")
        shutil.copytree(tmp_path / "label_config", tmp_path / name / "label_config")
        return tmp_path / name

    whole = copy("whole")
    began = time.monotonic()
    assert begin(whole).wait() == 0
    seconds = time.monotonic() - began
    rng = random.Random(7)
    killed = 0
    for number in range(8):
        desk = copy(str(number))
        victim = begin(desk)
        with suppress(subprocess.TimeoutExpired):
            victim.wait(timeout=rng.uniform(0.3, 1) * seconds)
        victim.kill()
        killed += victim.wait() == -signal.SIGKILL

        assert begin(desk).wait() == 0

        assert files(desk / "gold") == files(whole / "gold")
        assert verify_gold(desk / "gold").all_faults == ()
    assert killed > 0


def test_an_interrupted_version_waits_for_its_release(gold):
    """It isn't read, and what came since can't take its place."""
    write_next(gold, working(*many(2)))
    _interrupt(gold, "verifying documents", 0, 1)
    assert newest_version(gold) == "0.1.0"

    with pytest.raises(GoldError, match="its release was interrupted"):
        read_version(gold, "0.1.0")
    with pytest.raises(GoldError, match="isn't complete"):
        sealed(gold, version="0.3.0")
    with pytest.raises(GoldError, match="has changed since") as error:
        sealed(gold, working(*many(3)))
    assert f"rm -r {gold / '0.1.0'}, then: curate release" in error.value.hint


def test_sealed_files_can_only_be_read(gold):
    sealed(gold, working(*many(30)))

    modes = {path.stat().st_mode & 0o777 for path in (gold / "0.1.0").iterdir()}

    assert modes == {0o444}


def test_one_release_at_a_time(gold):
    write_next(gold, working(*many(1)))

    with (
        lock(gold.parent / "lock", busy=""),
        pytest.raises(CurateError, match="another command is writing"),
    ):
        sealed(gold)


def test_no_lock_and_no_rest_stays_in_the_folder(gold):
    """Git has nothing to ignore."""
    sealed(gold, working(*many(30)))

    assert {path.name for path in gold.iterdir()} == {
        "0.1.0",
        "CHANGELOG.md",
        *PUBLISHED_FILES,
        "dataset.toml",
        "next",
    }


def test_the_card_can_be_made_anew_at_any_time(gold):
    sealed(gold, working(*many(3)))
    card = (gold / "README.md").read_bytes()
    (gold / "README.md").unlink()

    assert write_published_files(gold)
    assert (gold / "README.md").read_bytes() == card
    assert not write_published_files(gold)


def test_annotations_that_no_gold_can_come_of_are_told(gold):
    """What is wrong then is told by pull."""
    one, other = annotated("d1"), annotated("d1", labels=("ORG",), annotator="person-1")
    bad = annotated("d2", flags=("bad_text",))

    with pytest.raises(GoldError, match="is gold: annotators differ"):
        sealed(gold, Working((), (one, other, bad)))


def test_what_has_no_gold_stays_out_of_the_version_and_is_counted(gold):
    """Not its annotations, which are there as well."""
    differing = annotated("d1"), annotated("d1", labels=("ORG",), annotator="person-1")
    flagged = annotated("d2", flags=("bad_text",))

    done = sealed(gold, Working((), (annotated("d0"), *differing, flagged)))

    assert done.excluded == {"d1": "on which annotators differ", "d2": "kept out by a flag"}
    version = read_version(gold, "0.1.0")
    assert [one.id for one in version.gold_documents] == ["d0"]
    assert [one.document.id for one in version.annotations] == ["d0", "d1", "d1", "d2"]


def test_a_curator_may_say_other_than_the_annotators(gold):
    """A verdict is the gold, and is told as such."""
    annotations = many(3)
    settled = GoldDocument(
        replace(annotations[1].document, relations=()),
        annotators=("machine-5e6f",), n_annotations=1, adjudicated=True,
    )  # fmt: skip

    sealed(gold, Working((settled,), tuple(annotations)))

    first, second, third = read_version(gold, "0.1.0").gold_documents
    assert [one.adjudicated for one in (first, second, third)] == [False, True, False]
    assert second.document.relations == ()
    assert second.annotators == ("machine-5e6f",)


def test_a_file_that_cant_be_read_stops_a_release(gold):
    """It would leave the document out in silence; what is wrong is told, and nothing is written."""
    write_next(gold, working(*many(3)))
    path = gold / "next" / "d1.json"
    path.write_text(path.read_text().replace('"start": 0', '"start": 1'))

    with pytest.raises(
        GoldError, match=f"{path}: annotation .* the text is '.*', not 'Russia'"
    ) as error:
        sealed(gold)

    assert error.value.hint == MEND_FILES.format(gold / "next")
    assert {one.name for one in gold.iterdir()} == {"dataset.toml", "next"}


def test_files_that_may_only_be_read_are_enough(gold):
    write_next(gold, working(*many(3)))
    for path in (gold / "next").iterdir():
        path.chmod(0o400)

    assert sealed(gold).is_new
