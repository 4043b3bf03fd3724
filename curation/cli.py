"""Every command on one page; main() is the only place that catches."""

import os
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from curation import __version__, console
from curation.errors import CurateError, ThresholdNotMet, pluralise
from curation.files import explain_os_error

if TYPE_CHECKING:
    from curation.schema import Schema
    from curation.workspace import Workspace

SEEDS = Path("seeds")
CONFIG = Path("label_config")
GOLD = Path("gold")
HOME = Path(".curate")
SUGGESTIONS = HOME / "suggestions.jsonl"
PROJECT = "curate"
SEED = 7
# A project's title.
SHORTEST, LONGEST = 3, 50

INTERRUPTED = 130

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
    help="Turn news articles into a gold dataset of entities and relations.",
)
schema_app = typer.Typer(no_args_is_help=True, help="What may be annotated.")
app.add_typer(schema_app, name="schema")


def _titled(given: str) -> str:
    """A title that Label Studio takes, as it keeps it: it would find no other one again."""
    if not SHORTEST <= len(title := given.strip()) <= LONGEST:
        what = f"{given!r}: Label Studio takes titles of {SHORTEST} to {LONGEST} letters"
        raise typer.BadParameter(what)
    return title


Project = Annotated[
    str,
    typer.Option("--project", help="Title of the Label Studio project.", callback=_titled),
]
Model = Annotated[str, typer.Option("--model", help="spaCy model: a name or a folder.")]
Workers = Annotated[int, typer.Option("--workers", min=1, help="Processes to use.")]
Output = Annotated[
    Path,
    typer.Option("--output", "-o", help="Where to write; - for the screen.", readable=False),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Look and tell, write nothing.")]
AsJson = Annotated[bool, typer.Option("--json", help="The result as JSON.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Of the intervals' resampling.")]
Articles = Annotated[
    list[Path],
    typer.Argument(
        help=".txt, .jsonl, folders of them, or -; seeds if none are given.",
        show_default=False,
        readable=False,
    ),
]


def _room(name: str) -> Any:
    """A room of the house, opened when a command needs it: --help opens none."""
    return import_module(f"curation.{name}")


def _sentences() -> Any:
    return _room("flows.sentences")


def _place() -> "Workspace":
    _room("schema.folder").require_schema_file(CONFIG)
    place: Workspace = _room("workspace").Workspace(GOLD, HOME)
    return place


def _upgraded(schema: "Schema") -> "Workspace":
    """Where we work, and an older gold/next is brought up to date there."""
    place = _place()
    found = place.upgrade(schema, console.watched)
    console.lines(_sentences().converted(found, GOLD, HOME))
    return place


def _schema(*, needed: bool = True) -> "Schema":
    """Files of documents can be compared without one, in any folder."""
    folder = _room("schema.folder")
    schema: Schema = (
        folder.read_schema_in(CONFIG) if needed else folder.read_schema_if_any(CONFIG)
    )
    return schema


def _built_schema() -> "Schema":
    """For what goes out: never a guideline that stands in no file yet."""
    schema: Schema = _room("schema.folder").read_built_schema_in(CONFIG)
    return schema


@app.command()
def demo() -> None:
    """
    The whole loop on the shipped articles, for real.

    Starts a local Label Studio, suggests, pushes, submits the shipped gold as a
    program, pulls, scores and writes a report; all of it under .curate/.

    Example: curate demo
    """
    _room("flows.demo").demo(seeds=SEEDS, config=CONFIG, shipped=GOLD, home=HOME, seed=SEED)


@app.command()
def up(
    port: Annotated[
        int | None,
        typer.Option("--port", min=1, max=65535, help="It, or the next free one; 8080."),
    ] = None,
) -> None:
    """
    Start a local Label Studio, or find the one that runs.

    Installs it on first use, in an environment of its own.

    Example: curate up
    """
    server, home = _room("localserver.run"), _place().home
    where, asked = (home / "server", home / "label-studio"), port or server.PORT
    local, new = server.start_server(*where, say=console.say, port=asked)
    console.lines(_sentences().up(local, new=new, port=port, program=console.program()))


@app.command()
def down() -> None:
    """
    Stop the local Label Studio; its data stays.

    Example: curate down
    """
    stopped = _room("localserver.run").stop_server(HOME / "server")
    console.say("Label Studio is stopped." if stopped else "No Label Studio was running here.")


@app.command()
def doctor(
    model: Model = "",
    project: Project = PROJECT,
) -> None:
    """
    Check all that the other commands need.

    Each line is OK, or says what is wrong and what to type.

    Example: curate doctor
    """
    checks, where = _room("flows.doctor"), (CONFIG, GOLD, HOME, os.environ)
    options = {"title": project, "model": model or None, "watch": console.watched}
    findings = checks.examine(*where, **options)
    for finding in checks.counted(findings):
        console.out(console.safe(str(finding)))


@schema_app.command("build")
def schema_build() -> None:
    """
    Build labeling.xml and guidelines.md from schema.toml.

    Example: curate schema build
    """
    schema = _schema()
    for path in _room("schema.build").write_generated_files(schema, CONFIG):
        console.say(f"{path} is built (schema {schema.fingerprint}).")


@schema_app.command("check")
def schema_check() -> None:
    """
    Fail when a generated file is not what schema.toml says.

    Exit code 3 where labeling.xml or guidelines.md is stale, 1 where schema.toml
    itself is wrong.

    Example: curate schema check
    """
    schema = _room("schema.folder").read_built_schema_in(CONFIG, outdated_error=ThresholdNotMet)
    console.say(
        f"The schema is sound: {schema.size_summary}, fingerprint {schema.fingerprint}."
    )


@schema_app.command("rename")
def schema_rename(
    names: Annotated[str, typer.Argument(help="OLD=NEW, an entity type or a relation.")],
    project: Project = PROJECT,
    dry_run: DryRun = False,
) -> None:
    """
    Give an entity type or a relation another name, wherever it is used.

    In schema.toml, in gold/next, and in the project's annotations, drafts and
    suggestions; a backup is written first. Broken off, run it again.

    Example: curate schema rename LAW=STATUTE --dry-run
    """
    steps = _room("flows.steps")
    _room("schema.rename").parse_renaming(names, _schema())  # a slip needs no server
    studio, place = steps.connect(HOME, os.environ), _place()
    events = _room("flows.schema_rename").rename(
        studio, place, CONFIG, names, title=project, now=datetime.now(UTC), dry_run=dry_run
    )
    report = console.follow(events)
    console.lines(_sentences().renamed(report, CONFIG, GOLD, dry_run=dry_run))


@app.command()
def ingest(paths: Articles = [SEEDS], output: Output = Path("-")) -> None:  # noqa: B006
    """
    Articles to documents, one JSON line each.

    Newlines are normalised; doubled paragraphs and boilerplate at the end are
    dropped and named; nothing else is touched.

    Example: curate ingest seeds/ -o articles.jsonl
    """
    articles = _room("articles")
    documents = articles.read_articles(paths)
    articles.refuse_overwriting(paths, output)
    if output != Path("-"):
        documents = console.watched(documents, "reading", articles.how_many(paths))
    count = console.write(output, (document.to_line() for document in documents))
    console.say(f"{pluralise(count, 'document')}.")


@app.command()
def preannotate(
    paths: Articles = [SEEDS],  # noqa: B006
    output: Output = SUGGESTIONS,
    model: Model = "",
    workers: Workers = 1,
) -> None:
    """
    Let the baseline suggest entities and relations.

    Example: curate preannotate seeds/ -o suggestions.jsonl --workers 2
    """
    articles, steps, schema = _room("articles"), _room("flows.steps"), _schema()
    found = articles.read_articles(paths)
    articles.refuse_overwriting(paths, output)
    if output == SUGGESTIONS:
        _room("files").make_private_folder(HOME)
    documents = steps.suggested(found, schema, model=model or None, workers=workers)
    watched = console.watched(documents, "pre-annotating", articles.how_many(paths))
    count = console.write(output, (document.to_line() for document in watched))
    console.say(_sentences().suggested(count, output))


@app.command()
def push(
    file: Annotated[
        Path,
        typer.Argument(
            help="Documents, as preannotate wrote them; - for the input.", readable=False
        ),
    ] = SUGGESTIONS,
    project: Project = PROJECT,
    dry_run: DryRun = False,
) -> None:
    """
    Send documents to Label Studio, each once.

    Run it again as often as you like: it creates what is missing, replaces
    suggestions where nobody has begun, and refuses a changed text.

    Example: curate push suggestions.jsonl --project "Elections 2026"
    """
    steps, schema, state = _room("flows.steps"), _built_schema(), _place().state
    found = steps.documents_in(file)
    studio = steps.connect_to_push(found, schema, HOME, os.environ)
    events = steps.push_to(studio, found, schema, state, title=project, dry_run=dry_run)
    report = console.follow(events)
    console.lines(_sentences().pushed(report, dry_run=dry_run))
    if report.refused:
        raise CurateError(
            f"{len(report.refused)} refused",
            hint="mend what is said above; it held up nothing else",
        )


@app.command()
def status(project: Project = PROJECT, as_json: AsJson = False) -> None:
    """
    How far a project is: done, left, and what is wrong.

    Example: curate status
    """
    steps, schema, place = _room("flows.steps"), _schema(), _place()
    studio = steps.connect(HOME, os.environ)
    report = console.follow(steps.status_of(studio, place, schema, title=project))
    if as_json:
        console.out_json(_sentences().status_json(report))
    else:
        console.lines(_sentences().status(report))


@app.command()
def pull(
    project: Project = PROJECT,
    full: Annotated[bool, typer.Option("--full", help="Everything, not what changed.")] = False,
    send_back: Annotated[
        bool, typer.Option("--send-back", help="Return what is wrong to its annotator.")
    ] = False,
    dry_run: DryRun = False,
) -> None:
    """
    Bring submitted annotations into gold/next.

    What is wrong with the others is listed, each with a link to its task. With
    --send-back the annotator finds the reason at the top of the task, until a
    pull finds it mended.

    Example: curate pull --send-back
    """
    steps, schema = _room("flows.steps"), _schema()
    studio = steps.connect(HOME, os.environ)
    place = _place() if dry_run else _upgraded(schema)
    events = _room("flows.pull").pull_into(
        studio, schema, place, title=project, full=full, returning=send_back, dry_run=dry_run
    )
    report = console.follow(events)
    console.lines(_sentences().pulled(report, GOLD, dry_run=dry_run))
    if report.bad:
        _room("flows.pull").refuse_bad(report.bad, GOLD / "next")


@app.command()
def agree(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="A file for each annotator, on the same texts.",
            show_default=False,
            readable=False,
        ),
    ] = [],  # noqa: B006
    gold: Annotated[
        str,
        typer.Option(
            "--gold",
            help="Instead of files: a version, or next; the newest version if neither is given.",
        ),
    ] = "",
    as_json: AsJson = False,
    seed: Seed = SEED,
) -> None:
    """
    Agreement between annotators, two or more.

    Of files, or of a version of the gold. F1 of each against each other, for
    spans and relations; κ and α over tokens.

    Example: curate agree anna.jsonl ben.jsonl
    """
    flow, golds, schema = (
        _room("flows.agree"),
        _room("gold.gold_set"),
        _schema(needed=not files),
    )
    if gold == golds.NEXT:
        _upgraded(schema)
    layers = flow.layers_of(GOLD, gold or None, files, schema, watch=console.watched)
    console.agreement(flow.agree(layers, schema, seed=seed), as_json=as_json)


Documents = Annotated[list[str], typer.Argument(help="Ids of documents.")]


@app.command()
def drop(
    documents: Documents,
    reason: Annotated[
        str, typer.Option("--reason", help="Why; kept in the document's file.")
    ] = "",
) -> None:
    """
    Take documents out of the gold; their annotations stay in gold/next.

    They stay out, whatever is pulled, until they are restored.

    Example: curate drop wikinews-784626 --reason "no news"
    """
    schema = _schema()
    dropped = _room("flows.drop").drop(_upgraded(schema), schema, documents, reason=reason)
    console.lines(_sentences().dropped(dropped, GOLD))


@app.command()
def restore(documents: Documents) -> None:
    """
    Take dropped documents into the gold again.

    Example: curate restore wikinews-784626
    """
    schema = _schema()
    reasons = _room("flows.drop").restore(_upgraded(schema), schema, documents)
    console.lines(_sentences().restored(reasons, GOLD))


@app.command()
def show(
    document: Annotated[str, typer.Argument(help="Id of a document.")], as_json: AsJson = False
) -> None:
    """
    Show one document of gold/next: its gold, annotations, differences, task.

    Example: curate show wikinews-784626
    """
    schema, showing = _schema(), _room("flows.show")
    found = showing.show(_place(), schema, document)
    if as_json:
        console.out_json(found.to_json())
    else:
        for line in showing.lines(found):
            console.out(console.safe(line))


@app.command("eval")
def evaluate(  # noqa: PLR0913 - each is an option of its own
    gold: Annotated[
        str,
        typer.Option(
            "--gold", help="A version, next, or a file; the newest version if left out."
        ),
    ] = "",
    model: Model = "",
    predictions: Annotated[
        Path | None,
        typer.Option(
            "--predictions", help="Score this file, not the baseline.", readable=False
        ),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(
            "--against", help="Compare with the predictions in this file.", readable=False
        ),
    ] = None,
    against_gold: Annotated[
        str, typer.Option("--against-gold", help="Compare with the score against this gold.")
    ] = "",
    as_json: AsJson = False,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report", help="A web page with charts and every mistake, to this file."
        ),
    ] = None,
    fail_under: Annotated[
        list[str],
        typer.Option(
            "--fail-under",
            help="Exit with 3 below it: entities.strict.micro.f1=0.80, a path in the JSON.",
            show_default=False,
        ),
    ] = [],  # noqa: B006
    seed: Seed = SEED,
    workers: Workers = 1,
) -> None:
    """
    Score the baseline, or any predictions, against the gold.

    With --against the model moved, with --against-gold the gold; with both,
    what each of them moved is told apart. A file can be scored against a file in
    any folder, whatever their labels. Documents annotated blind, without
    suggestions, are the headline where there are any. --report writes one page
    that needs no network: verdict, charts, and every mistake in its sentence.

    Example: curate eval --gold 0.1.0 --report report.html
    """
    bars = _room("scoring.fail_under").read_bars(
        fail_under, model=against is not None, gold=bool(against_gold)
    )
    console.refuse_page(report)
    golds, flow, schema = (
        _room("gold.gold_set"),
        _room("flows.eval"),
        _schema(needed=not (gold and predictions)),
    )
    watch = console.watched
    if golds.NEXT in (gold, against_gold):
        _upgraded(schema)
    truth = golds.read_gold_set(GOLD, gold or None, schema, watch=watch).under_current_names(
        schema
    )
    found = _room("flows.predictions").predictions(
        truth, schema, file=predictions, model=model or None, workers=workers, watch=watch
    )
    other = flow.Against(
        against,
        golds.read_gold_set(GOLD, against_gold, schema, watch=watch).under_current_names(schema)
        if against_gold
        else None,
    )
    scores = flow.evaluate(truth, found, schema, seed=seed, against=other, watch=watch)
    console.scores(scores, as_json=as_json)
    if report:
        sources = _room("report.mistake_list").Sources(
            console.watched(truth.documents, "writing the report", truth.document_count),
            found.documents,
            schema.symmetric,
            truth.arms,
            _room("labelstudio.pull_cursor").task_links(
                _room("state").State(HOME, writing=False)
            ),
        )
        console.page(report, _room("report.page").page(scores, sources))
    _room("scoring.fail_under").require(scores, bars)


@app.command()
def release(
    version: Annotated[
        str, typer.Argument(help="X.Y.Z; picked from the changes if left out.")
    ] = "",
) -> None:
    """
    Seal gold/next as a version that never changes again.

    Example: curate release
    """
    steps, schema, watch = _room("flows.steps"), _built_schema(), console.watched
    done = steps.seal(_upgraded(schema), schema, version=version or None, watch=watch)
    console.lines(_sentences().released(done))


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        console.out(__version__)
        raise typer.Exit


def main(argv: list[str] | None = None) -> None:
    """Run a command; a user's mistake ends in a sentence and exit code 1 or 3, ^C in 130."""
    try:
        try:
            app(args=argv)
        finally:
            console.finish()
    except CurateError as error:
        console.complain(error)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(1)
    except OSError as error:
        if error.errno is None:  # nothing that the system said
            raise
        console.complain(explain_os_error(error))
        sys.exit(1)
    except (KeyboardInterrupt, SystemExit) as end:
        # typer makes a silent exit of ^C.
        if isinstance(end, SystemExit) and end.code != INTERRUPTED:
            raise
        console.say("Interrupted; run the same command again to finish it.")
        sys.exit(INTERRUPTED)
