"""``curate schema check``: whether the generated files, and gold/next, are what schema.toml says."""

from curation import console
from curation.commands.options import ListAll
from curation.errors import ThresholdNotMet
from curation.list_limit import list_everything


def schema_check(everything: ListAll = False) -> None:
    """
    Fail when a generated file is stale.

    Exit code 3 where labeling.xml, guidelines.md or schemas.json isn't what
    schema.toml says, or where gold/next has types that schema.toml doesn't have;
    1 where schema.toml itself is wrong.

    Example: curate schema check
    """
    from curation.flows.schema_check import schema_check as check
    from curation.workspace import Workspace

    list_everything(everything)
    schema, unknown = check(Workspace.here(), console.watch)
    if unknown:
        hint = f"curate schema remove {unknown[0].name} --dry-run"
        raise ThresholdNotMet("\n".join(map(str, unknown)), hint=hint)
    console.say(
        f"The schema is sound: {schema.size_summary}, fingerprint {schema.fingerprint}."
    )
