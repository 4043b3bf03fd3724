"""``curate doctor``: all that the other commands need, looked at one by one."""

import os

from curation import console
from curation.commands.options import KnownProjectTitle, ListAll, ModelName
from curation.list_limit import list_everything


def doctor(
    model: ModelName = "",
    project: KnownProjectTitle = None,
    everything: ListAll = False,
) -> None:
    """
    Check all that the other commands need.

    Each line is OK, or says what is wrong and what to type.

    Example: curate doctor
    """
    from curation.flows.doctor import doctor as examine
    from curation.flows.doctor import refuse_unsound_findings
    from curation.workspace import Workspace

    list_everything(everything)
    findings = []
    for finding in examine(
        Workspace.here(),
        os.environ,
        title=project,
        model=model or None,
        watch=console.watch,
    ):
        findings.append(finding)
        console.out(console.safe(str(finding)))
    refuse_unsound_findings(findings)
