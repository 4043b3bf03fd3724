"""``curate schema check``: whether the generated files, and gold/next, are what schema.toml says."""

from curation import console
from curation.commands.options import ListAll
from curation.errors import ThresholdNotMet
from curation.list_limit import list_everything


def schema_check(everything: ListAll = False) -> None:
    """
    Fail when a generated file is stale.

    Every mistake in schema.toml is told at once, with line and column.

    Exit code 3 where labeling.xml, guidelines.md or schemas.json isn't what
    schema.toml says, or where gold/next has types that schema.toml doesn't have;
    1 where schema.toml itself is wrong.

    Example: curate schema check
    """
    from curation.flows.schema_check import schema_check as check
    from curation.workspace import Workspace

    list_everything(everything)
    report = check(Workspace.here(), console.watch)
    if faults := [*filter(None, [report.stale]), *map(str, report.unknown)]:
        remove = [f"curate schema remove {one.name} --dry-run" for one in report.unknown[:1]]
        hint = " and ".join([*(["curate schema build"] if report.stale else []), *remove])
        raise ThresholdNotMet("\n".join(faults), hint=hint)
    size = report.schema.size_summary
    console.say(f"The schema is sound: {size}, fingerprint {report.schema.fingerprint}.")
