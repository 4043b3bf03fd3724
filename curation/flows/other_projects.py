"""Documents that are tasks of another project already, as far as is known here."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from curation.labelstudio.adjudication.project import is_adjudication
from curation.labelstudio.known_tasks import known_tasks
from curation.labelstudio.pull.annotation_uid import server_hash
from curation.labelstudio.server.port import Studio, studio_link
from curation.schema import Schema
from curation.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class OtherProject:
    """
    A project that has tasks of these *documents*.

    *link* is its page, or the address of another server, empty where the address is unknown.
    *is_other_arm*: the project that is pushed to is blind as a whole, and this one isn't.
    """

    title: str
    link: str
    documents: tuple[str, ...]
    is_other_arm: bool = False


def find_other_projects(
    studio: Studio,
    workspace: Workspace,
    schema: Schema,
    *,
    title: str,
    documents: Collection[str],
) -> tuple[OtherProject, ...]:
    """
    The projects besides *title* that have tasks of these documents, as pushes and pulls left it here.

    What another maintainer pulled stands in gold/next. A project that the server no longer has
    doesn't count, nor does one for adjudication.
    """
    workspace = workspace.read_only()
    wanted = {*documents}
    here = server_hash(studio.url)
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    addresses = {here: studio.url}
    for task in known_tasks(workspace.state):
        server = server_hash(task.url)
        addresses[server] = task.url
        if task.document in wanted:
            found[server, task.title].add(task.document)
    with workspace.working_version(schema) as working:
        for facts in working.facts.values():
            if facts.document in wanted:
                for account in facts.accounts:
                    if account.server and account.project and not account.is_verdict:
                        found[account.server, account.project].add(facts.document)
    found.pop((here, title), None)
    numbers = {name: number for number, name in studio.titles().items()} if found else {}
    for server, name in [*found]:
        if server == here and any(map(is_adjudication, studio.projects_named(name))):
            del found[server, name]
    return tuple(
        OtherProject(
            title=name,
            link=studio_link(studio.url, numbers[name])
            if server == here
            else addresses.get(server, ""),
            documents=tuple(sorted(known)),
        )
        for (server, name), known in sorted(found.items())
        if server != here or name in numbers
    )
