"""``curate publish``: a sealed version, on the Hugging Face Hub."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from curation import console
from curation.commands.options import AsJson, DryRun, ListAll
from curation.errors import HubError, UsageError, pluralise
from curation.list_limit import join_first, list_everything

if TYPE_CHECKING:
    from curation.flows.publish import PreparedPublication, PublishOptions
    from curation.hub.client import HubClient
    from curation.hub.publish import Publication
    from curation.workspace import Workspace

_NO_TOKEN = "no token was found"
_LOGIN = "hf auth login, or export HF_TOKEN=…"


def publish(
    version: Annotated[str, typer.Argument(metavar="VERSION", help="A sealed version.")],
    repo: Annotated[
        str,
        typer.Option(
            "--repo",
            metavar="ORG/NAME",
            help="Dataset on the Hub; repository of dataset.toml if left out.",
        ),
    ] = "",
    private: Annotated[
        bool | None,
        typer.Option(
            "--private/--public",
            help="Who may read a new repository; private if left out.",
            show_default=False,
        ),
    ] = None,
    text: Annotated[
        Literal["omit"] | None,
        typer.Option(
            "--text", help="Let no text go out, whatever its licence.", show_default=False
        ),
    ] = None,
    allow_withdrawn: Annotated[
        bool,
        typer.Option("--allow-withdrawn", help="Publish documents that were withdrawn since."),
    ] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    everything: ListAll = False,
) -> None:
    """
    Publish a sealed version on the Hub.

    One commit and the tag vVERSION; a second time nothing is left to do. The text of an article
    goes out only where its licence lets it.

    Example: curate publish 1.0.0 --repo org/news --dry-run
    """
    from curation.flows.publish import PublishOptions, look_before, prepare_publication
    from curation.flows.publish import publish as send
    from curation.gold.sealed.versions import list_versions, require_version
    from curation.hub.client import HubClient
    from curation.workspace import Workspace

    list_everything(everything)
    options = PublishOptions(
        version=version,
        repository=_checked_name(repo),
        is_private=private,
        omit_texts=text is not None,
        allow_withdrawn=allow_withdrawn,
    )
    workspace = Workspace.here()
    require_version(version, list_versions(workspace.gold), workspace.gold)
    client = HubClient.from_environment()
    if dry_run:
        _show(_preview(workspace.read_only(), options, client), client.url, as_json)
        return
    if not client.has_token:
        raise HubError(f"{_NO_TOKEN}; {client.url} wants one of whoever writes", hint=_LOGIN)
    found = look_before(workspace, options, client)
    prepared = prepare_publication(workspace, options, found, watch=console.watch)
    console.lines(before_lines(prepared, client.url))
    done = send(client, prepared, watch=console.watch)
    if as_json:
        console.out_json(prepared.to_json() | {"commit": done.commit, "url": done.url})
    else:
        console.lines(after_lines(done))


def _checked_name(given: str) -> str:
    from curation.gold.dataset_mistakes import REPOSITORY_NAME

    if given and not re.fullmatch(REPOSITORY_NAME, given):
        raise UsageError(f"--repo is {given!r}: no name on the Hub, as in org/news")
    return given


def _preview(
    workspace: "Workspace", options: "PublishOptions", client: "HubClient"
) -> "PreparedPublication":
    """What would go out; without the Hub where it can't be asked."""
    from curation.flows.publish import look_before, prepare_publication

    found = None
    unasked = _NO_TOKEN
    if client.has_token:
        try:
            found = look_before(workspace, options, client)
        except HubError as error:
            unasked = str(error)
    return prepare_publication(
        workspace, options, found, unasked=unasked if found is None else "", watch=console.watch
    )


def _show(prepared: "PreparedPublication", url: str, as_json: bool) -> None:
    """What would go out: the files are data, the rest is talk."""
    if as_json:
        console.out_json(prepared.to_json())
    else:
        console.lines(before_lines(prepared, url, dry_run=True))
        for line in file_lines(prepared):
            console.out(line)
    if prepared.refusal is not None:
        raise prepared.refusal


def before_lines(
    prepared: "PreparedPublication", url: str, *, dry_run: bool = False
) -> Iterator[str]:
    """Where a version goes, who can read it there, and which articles go with their text."""
    who = "you and those whom you let" if prepared.is_private else "everybody"
    goes = "would go" if dry_run else "goes"
    is_new = prepared.found is not None and prepared.found.repository is None
    kind = "private" if prepared.is_private else "public"
    yield (
        f"{prepared.wanted.version} {goes} to {url}/datasets/{prepared.repository}, tag"
        f" {prepared.wanted.tag}: a {'new ' if is_new else ''}{kind} dataset, which {who} can read."
    )
    if prepared.unasked:
        yield f"warning: the Hub wasn't asked what is there: {prepared.unasked}"
    for one in prepared.outgoing.articles:
        parts = []
        if one.with_text:
            parts.append(f"{pluralise(one.with_text, 'article')} with text")
        if one.without_text:
            parts.append(f"{pluralise(one.without_text, 'article')} without text ({one.why})")
        yield f"Licence {one.license}: {', '.join(parts)}."
    edition = prepared.outgoing.manifest.edition
    if edition and edition.addresses_omitted:
        yield (
            f"warning: {pluralise(len(edition.addresses_omitted), 'article')} without address, which"
            " has a login or isn't one on the public web:"
            f" {join_first(edition.addresses_omitted)}"
        )
    if prepared.foreign:
        yield (
            f"warning: {pluralise(len(prepared.foreign), 'file')} in the version's folder on the Hub that"
            f" somebody else put there: {join_first(prepared.foreign)}; load_dataset reads none by the"
            " version's name, and curate verify refuses a download with them"
        )
    sizes = [len(raw) for raw in prepared.wanted.files.values()]
    yield f"{pluralise(len(sizes), 'file')}, {sum(sizes):,} bytes; {_what_is_there(prepared)}."


def _what_is_there(prepared: "PreparedPublication") -> str:
    if prepared.found is None:
        return "nobody knows which of them are on the Hub"
    states = Counter(map(prepared.state_of, prepared.wanted.files))
    return ", ".join(
        f"{states[state]} {words}"
        for state, words in (("new", "new"), ("changed", "changed"), ("there", "there already"))
        if states[state]
    )


def file_lines(prepared: "PreparedPublication") -> Iterator[str]:
    """A line for each file: its size, whether it is on the Hub, its path."""
    for path, raw in prepared.wanted.files.items():
        yield f"{len(raw):>12,}  {prepared.state_of(path) or 'unknown':7}  {path}"


def after_lines(done: "Publication") -> Iterator[str]:
    """What this run did, and how the version is loaded."""
    if done.sent or done.tagged:
        sent = (
            f"{pluralise(len(done.sent), 'file')} sent" if done.sent else "all files were there"
        )
        yield f"{sent}; tag {done.tag} names commit {done.commit[:12]}."
    else:
        yield f"Nothing to do: tag {done.tag} names commit {done.commit[:12]}, and all files are there."
    version = done.tag.removeprefix("v")
    yield f'Load it with: load_dataset("{done.repository}", "{version}", revision="{done.tag}")'
