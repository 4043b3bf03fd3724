"""``curate verify``: whether the sealed versions, and what is said of them, are as they were sealed."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from curation import console
from curation.commands.options import AsJson, ListAll
from curation.errors import GoldError, pluralise, raise_problems
from curation.list_limit import join_first, list_everything

if TYPE_CHECKING:
    from curation.gold.sealed.verification import Verification


def verify(
    version: Annotated[
        str, typer.Argument(metavar="VERSION", help="A sealed version; all if left out.")
    ] = "",
    as_json: AsJson = False,
    everything: ListAll = False,
) -> None:
    """
    Check that sealed versions are unaltered.

    Files, rows, manifests, changelog, the card and what lies beside it: everything
    that is wrong is told, and the command then exits with 1.

    Example: curate verify
    """
    from curation.gold.sealed.verification import verify_gold
    from curation.workspace import Workspace

    list_everything(everything)
    gold = Workspace.here().gold
    found = verify_gold(gold, version or None, console.watch)
    if as_json:
        console.out_json(found.to_json())
    else:
        console.lines(verification_lines(found, gold))
    if found.all_faults:
        raise_problems(found.all_faults, GoldError, hint=_hint(found))


def verification_lines(found: "Verification", gold: Path) -> Iterator[str]:
    """Which versions are sound, and which of their files aren't protected."""
    if not found.versions:
        yield f"No version is sealed in {gold} yet: curate release"
        return
    for one in found.versions:
        if one.manifest and not one.faults:
            documents = pluralise(one.manifest.counts.documents, "document")
            if one.manifest.edition is None:
                yield f"{one.version} is sound: {documents}, digest {one.manifest.digest[:12]}."
            else:
                yield (
                    f"{one.version} has the files that its manifest lists: {documents}. As an edition without some"
                    " texts or addresses, or with texts put back, it can't be compared with the digest that was sealed."
                )
        if one.withdrawn:
            documents = pluralise(len(one.withdrawn), "document")
            yield f"{one.version} holds {documents} withdrawn since: {console.first_of(one.withdrawn)}"
        if one.writable:
            folder = gold / one.version
            yield (
                f"remark: {join_first(one.writable)} in {folder} can be written to:"
                f" chmod a-w {folder}/*"
            )
    if found.is_download:
        yield "The card isn't compared: what the publisher wrote isn't in this copy."
    elif not found.faults:
        yield "The card and the files beside it are what the versions and dataset.toml make them."


def _hint(found: "Verification") -> str:
    faulty = [one for one in found.versions if one.faults]
    if faulty and all(one.is_interrupted for one in faulty):
        return "curate release (completes the release)"
    if faulty:
        return "git status, then git checkout what was altered; a version never changes"
    anew = "curate release (writes the card and what lies beside it anew, also where nothing else is new)"
    return found.hint or anew
