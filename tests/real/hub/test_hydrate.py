"""What a reader downloads from the Hub becomes the sealed version again with the reader's own articles."""

from gold_samples import annotated, files, sealed, working
from hub.stub import READER, WRITER, stub_hub
from huggingface_hub import snapshot_download

from curation.files import write_lines
from curation.flows.hydrate import hydrate
from curation.flows.publish import PublishOptions, look_before, prepare_publication, publish
from curation.hub.client import HubClient
from curation.workspace import Workspace


def test_a_downloaded_edition_and_its_articles_are_the_sealed_version(tmp_path):
    place = Workspace(tmp_path / "gold", tmp_path / ".curate")
    state = working(annotated("s1", license="unknown"), annotated("d1", license="CC-BY-4.0"))
    sealed(place.gold, state)
    options = PublishOptions(version="0.1.0", repository="org/news")
    with stub_hub() as server:
        hub = HubClient(server.url, WRITER)
        found = look_before(place, options, hub)
        publish(hub, prepare_publication(place, options, found))
        download = snapshot_download(
            "org/news",
            repo_type="dataset",
            revision="v0.1.0",
            local_dir=tmp_path / "download",
            endpoint=server.url,
            token=READER,
        )
    articles = tmp_path / "articles.jsonl"
    write_lines(
        articles,
        (one.document.without_annotations().to_line() for one in state.gold_documents),
    )

    done = hydrate(tmp_path / "download", [articles], tmp_path / "news")

    assert download == str(tmp_path / "download")
    assert done.restored == ("s1",)
    assert files(tmp_path / "news" / "0.1.0") == files(place.gold / "0.1.0")
