"""The whole loop, once, on the shipped articles and a real local Label Studio."""

from pathlib import Path

from curation import console
from curation.articles import read_articles
from curation.documents.document import Document
from curation.errors import InputError, pluralise
from curation.flows import pull as pulling
from curation.flows import sentences, steps
from curation.flows.eval import evaluate
from curation.flows.predictions import Predictions
from curation.gold.gold_set import NEXT, read_gold_set
from curation.gold.versions import newest_version
from curation.labelstudio.client import HttpStudio
from curation.labelstudio.replay import replay
from curation.localserver import accounts
from curation.localserver import run as server
from curation.preannotate.model_files import locate
from curation.report.mistake_list import Sources
from curation.report.page import page
from curation.schema import Schema
from curation.schema.folder import read_schema_in
from curation.workspace import Workspace

PROJECT = "curate demo"
REPORT = "report.html"

# An address that can belong to nobody, and a name that nobody takes for a person's.
REPLAYER = "replay-program@curate.invalid"
REPLAYER_NAME = ("Replay", "(a program, not a person)")


def demo(*, seeds: Path, config: Path, shipped: Path, home: Path, seed: int) -> None:
    """
    up → preannotate → push → replay → pull → eval → report, each said as it goes.

    Works under ``home/demo`` and in a project of its own, so that it neither
    needs nor touches anything else; a second run finds all of it there.
    """
    place = Workspace(home / "demo" / "gold", home / "demo")
    schema = read_schema_in(config)
    _refuse_without(seeds, shipped)
    locate()
    console.say("1/6 Label Studio")
    local, new = server.start_server(home / "server", home / "label-studio", say=console.say)
    studio = HttpStudio(local.url, local.token)
    console.say("2/6 The baseline reads the articles")
    documents = _suggest(seeds, schema, place)
    console.say("3/6 Push")
    events = steps.push_to(studio, documents, schema, place.state, title=PROJECT)
    report = console.follow(events)
    console.lines(sentences.pushed(report, dry_run=False))
    console.say("4/6 Replay: a program submits the shipped gold, as nobody annotates in a demo")
    _replay(local, _shipped(shipped, schema), schema)
    console.say("5/6 Pull")
    pulled = console.follow(pulling.pull_into(studio, schema, place, title=PROJECT))
    console.lines(sentences.pulled(pulled, place.gold, dry_run=False))
    console.say("6/6 Eval: the baseline against what was pulled")
    truth = read_gold_set(place.gold, NEXT, schema)
    ids = {document.id for document in truth.documents}
    found = Predictions(tuple(one for one in documents if one.id in ids))
    scores = evaluate(truth, found, schema, seed=seed)
    console.scores(scores, as_json=False)
    sources = Sources(
        truth.documents, found.documents, schema.symmetric, truth.arms, pulled.links
    )
    console.say("")
    console.page(home / REPORT, page(scores, sources))
    console.say(f"Open the project: {report.link}")
    console.lines(sentences.up(local, new=new, program=console.program()))


def _refuse_without(seeds: Path, shipped: Path) -> None:
    """The demo shows what is shipped: told before anything is installed or started."""
    lacks = [str(seeds)] * (not seeds.is_dir()) + [str(shipped)] * (not newest_version(shipped))
    if lacks:
        what = "the demo needs the shipped articles and gold, and this folder has no"
        hint = "type make demo in the source of curate; in a folder of your own begin with: curate up"
        raise InputError(f"{what} {' and no '.join(lacks)}", hint=hint)


def _suggest(seeds: Path, schema: Schema, place: Workspace) -> list[Document]:
    found = steps.suggested(read_articles([seeds]), schema)
    documents = list(console.watched(found, "pre-annotating"))
    path = place.home / "suggestions.jsonl"
    console.write(path, (document.to_line() for document in documents))
    entities = pluralise(sum(len(document.entities) for document in documents), "entity")
    relations = pluralise(sum(len(document.relations) for document in documents), "relation")
    console.say(
        f"{pluralise(len(documents), 'article')}: {entities}, {relations} suggested → {path}"
    )
    return documents


def _shipped(folder: Path, schema: Schema) -> list[Document]:
    """The newest sealed gold; GoldError where there is none."""
    return list(read_gold_set(folder, None, schema).documents)


def _replay(local: accounts.LocalServer, documents: list[Document], schema: Schema) -> None:
    token = accounts.add_user(local, REPLAYER, *REPLAYER_NAME)
    as_program = HttpStudio(local.url, token)
    done = replay(as_program, documents, schema, title=PROJECT, watch=console.watched)
    told = (
        f"{pluralise(done.submitted, 'annotation')} submitted as {' '.join(REPLAYER_NAME)!r}."
    )
    there = f"{pluralise(done.already_annotated, 'annotation')} of the replay there already."
    console.lines([told] * bool(done.submitted) + [there] * bool(done.already_annotated))
