"""Registers every command; main() is the only place that catches what they raise."""

import sys
from typing import Annotated

import typer

from curation import __version__, console
from curation.commands.adjudicate import adjudicate
from curation.commands.agree import agree
from curation.commands.audit import audit
from curation.commands.consistency import consistency
from curation.commands.demo import demo
from curation.commands.diff import diff
from curation.commands.doctor import doctor
from curation.commands.down import down
from curation.commands.drop import drop
from curation.commands.evaluate import evaluate
from curation.commands.export import export
from curation.commands.hydrate import hydrate
from curation.commands.import_ import import_
from curation.commands.ingest import ingest
from curation.commands.init import init
from curation.commands.leaks import leaks
from curation.commands.log import log
from curation.commands.migrate import migrate
from curation.commands.preannotate import preannotate
from curation.commands.publish import publish
from curation.commands.pull import pull
from curation.commands.push import push
from curation.commands.release import release
from curation.commands.restore import restore
from curation.commands.return_documents import return_documents
from curation.commands.schema_add import schema_add
from curation.commands.schema_build import schema_build
from curation.commands.schema_check import schema_check
from curation.commands.schema_remove import schema_remove
from curation.commands.schema_rename import schema_rename
from curation.commands.show import show
from curation.commands.status import status
from curation.commands.train import train
from curation.commands.up import up
from curation.commands.verify import verify
from curation.commands.withdraw import withdraw
from curation.errors import CurateError
from curation.files import explain_os_error
from curation.list_limit import forget_list_limit

INTERRUPTED = 130

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Turn news articles into a gold dataset of entities and relations.",
)
schema_app = typer.Typer(no_args_is_help=True, help="Build, check or change the schema.")

# In the order in which --help lists them: that of the work.
app.command()(demo)
app.command()(init)
app.command()(up)
app.command()(down)
app.command()(doctor)
app.add_typer(schema_app, name="schema")
schema_app.command("build")(schema_build)
schema_app.command("check")(schema_check)
schema_app.command("add")(schema_add)
schema_app.command("rename")(schema_rename)
schema_app.command("remove")(schema_remove)
app.command()(ingest)
app.command()(preannotate)
app.command()(push)
app.command()(status)
app.command()(pull)
app.command("return")(return_documents)
app.command()(adjudicate)
app.command()(agree)
app.command()(consistency)
app.command()(audit)
app.command()(show)
app.command()(drop)
app.command()(restore)
app.command()(withdraw)
app.command("eval")(evaluate)
app.command()(train)
app.command()(release)
app.command()(diff)
app.command()(verify)
app.command()(log)
app.command()(publish)
app.command()(hydrate)
app.command()(leaks)
app.command()(migrate)
app.command()(export)
app.command("import")(import_)


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        console.out(__version__)
        raise typer.Exit


def main(argv: list[str] | None = None) -> None:
    """Run a command; a user's mistake ends in a sentence and exit code 1, 2 or 3, ^C in 130."""
    forget_list_limit()
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
