"""``curate hydrate``: texts back into a dataset that was published without them."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from curation import console
from curation.commands.options import AsJson, ListAll
from curation.errors import GoldError, pluralise
from curation.list_limit import list_everything

if TYPE_CHECKING:
    from curation.flows.hydrate import HydratedDataset


def hydrate(
    dataset: Annotated[
        Path,
        typer.Argument(
            metavar="DATASET",
            help="Folder of a dataset from the Hub, or of one version.",
        ),
    ],
    texts: Annotated[
        list[Path],
        typer.Option(
            "--texts",
            metavar="PATH",
            help="Articles, as ingest reads them; may be given several times.",
            readable=False,
        ),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FOLDER", help="A new folder.")
    ] = Path("hydrated"),
    as_json: AsJson = False,
    everything: ListAll = False,
) -> None:
    """
    Put texts back into a published dataset.

    For whoever has the articles: each is taken by its id and the hash of its
    text, or by the hash alone. What is missing is named, and the command then
    exits with 1; the texts that were found are back even so.

    Example: curate hydrate download/ --texts articles/ -o news/
    """
    from curation.files import refuse_folder_in_use
    from curation.flows.hydrate import hydrate as put_back

    list_everything(everything)
    refuse_folder_in_use(output, "the dataset")
    done = put_back(dataset, texts, output, console.watch)
    if as_json:
        console.out_json(done.to_json())
    else:
        console.lines(hydrate_lines(done))
    if not done.is_complete:
        lacking = len(done.missing) + len(done.different)
        raise GoldError(
            f"{pluralise(lacking, 'document')} of {dataset} still without text",
            hint=f"curate hydrate {output} --texts PATH -o FOLDER (with the articles that are lacking)",
        )


def hydrate_lines(done: "HydratedDataset") -> Iterator[str]:
    """How many texts are back, which aren't, and whether each version is as it was sealed."""
    yield f"{pluralise(len(done.restored), 'text')} put back → {done.folder}"
    for version, one in done.versions.items():
        if one.is_sealed:
            yield f"{version} is as it was sealed, to the byte."
        elif one.has_digest:
            yield f"{version} has the digest that it was sealed with; its files were written anew."
        elif one.manifest.edition and one.manifest.edition.notes_omitted:
            yield f"{version} lacks notes that its digest counts, and that aren't published."
        elif one.manifest.edition and one.manifest.edition.addresses_omitted:
            yield f"{version} lacks addresses that its digest counts, and that aren't published."
        elif done.is_complete and not done.withdrawn:
            yield (
                f"{version} has every text, and not the digest that it was sealed with: the metadata of the "
                f"articles given ({', '.join(done.metadata) or 'none'}) isn't what was sealed."
            )
    for names, what in (
        (done.missing, "no text of these documents was given"),
        (done.different, "the text given isn't the one that was annotated"),
        (done.withdrawn, "withdrawn since, so that their texts stay out"),
    ):
        if names:
            yield f"{pluralise(len(names), 'document')}, {what}: {console.first_of(names)}"
    yield f'Load it with: load_dataset("{done.folder}", "{next(iter(done.versions))}")'
