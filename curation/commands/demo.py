"""``curate demo``: the whole loop on the shipped articles, each step said as it goes."""

from curation import console
from curation.commands.evaluate import print_scores
from curation.commands.options import DEFAULT_SEED, SEEDS
from curation.commands.pull import pull_lines
from curation.commands.push import push_lines
from curation.commands.report_file import write_report
from curation.commands.up import server_lines
from curation.errors import pluralise


def demo() -> None:
    """
    Run the whole loop on shipped articles.

    For real: starts a local Label Studio, suggests, pushes, submits the shipped gold as a
    program, pulls, scores and writes a report; all of it under .curate/.

    Example: curate demo
    """
    from curation.flows.demo import Demo
    from curation.workspace import Workspace

    demo = Demo.of(Workspace.here(), SEEDS, watch=console.watch)
    console.say("1/6 Label Studio")
    local, is_new = demo.start_server(say=console.say)
    console.say("2/6 The baseline reads the articles")
    suggested = demo.suggest()
    entities = pluralise(suggested.entities, "entity")
    relations = pluralise(suggested.relations, "relation")
    articles = pluralise(len(suggested.documents), "article")
    console.say(f"{articles}: {entities}, {relations} suggested → {suggested.file}")
    console.say("3/6 Push")
    pushed = demo.push()
    console.lines(push_lines(pushed, dry_run=False))
    console.say("4/6 Replay: a program submits the shipped gold, as nobody annotates in a demo")
    replayed = demo.replay()
    if replayed.submitted:
        console.say(
            f"{pluralise(replayed.submitted, 'annotation')} submitted as {demo.replayer!r}."
        )
    if replayed.already_annotated:
        console.say(
            f"{pluralise(replayed.already_annotated, 'annotation')} of the replay there already."
        )
    console.say("5/6 Pull")
    pulled = demo.pull()
    console.lines(pull_lines(pulled, demo.workspace, dry_run=False))
    console.say("6/6 Eval: the baseline against what was pulled")
    scores, page = demo.evaluate(seed=DEFAULT_SEED)
    print_scores(scores, as_json=False)
    console.say("")
    write_report(demo.report_file, page)
    console.say(f"Open the project: {pushed.link}")
    console.lines(server_lines(local, is_new=is_new, program=console.program()))
