"""A Ray of two processors and an object storage, both on this machine, for the tests of this folder."""

import logging
import os
import shutil

import pytest
from moto.server import ThreadedMotoServer
from samples import DEVELOPMENT_ARTICLES, ROOT, SCHEMA

from curation.articles import read_articles
from curation.files import json_line
from curation.preannotate.pipeline import load_pipeline


@pytest.fixture(scope="package", name="storage")
def _storage():
    """An address in an object storage of its own, which the variables of this process name."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        from pyarrow.fs import FileSystem

        files, _ = FileSystem.from_uri("s3://news?allow_bucket_creation=true")
        files.create_dir("news")
        yield files
    server.stop()


@pytest.fixture(scope="package", name="ray_address")
def _ray_address(storage):
    """The address of a running Ray."""
    from curation.cluster import ray_workers

    ray = ray_workers.ray
    with pytest.MonkeyPatch.context() as patch:
        # So that its workers find the tests' copy of curate, wherever it stands.
        patch.setenv(
            "PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        )
        context = ray.init(
            "local",
            num_cpus=2,
            include_dashboard=False,
            log_to_driver=False,
            logging_level=logging.CRITICAL,
        )
        yield context.address_info["address"]
        ray.shutdown()


@pytest.fixture(scope="session", name="short_articles")
def _short_articles():
    """Thirty short articles, as rows."""
    shipped = [*read_articles(DEVELOPMENT_ARTICLES)]
    return [
        {"id": f"news-{n}", "text": shipped[n % len(shipped)].text[: 300 + n]}
        for n in range(30)
    ]


@pytest.fixture(scope="session", name="pool_lines")
def _pool_lines(short_articles, tmp_path_factory):
    """What the pool writes for each of them, by id."""
    file = tmp_path_factory.mktemp("pool") / "articles.jsonl"
    file.write_text("".join(json_line(row) + "\n" for row in short_articles), encoding="utf-8")
    pipeline = load_pipeline()
    documents = list(read_articles([file]))
    found = pipeline.suggest_batch(documents, SCHEMA)
    return {document.id: document.to_line() for document in found}


@pytest.fixture(name="desk")
def _desk(tmp_path, monkeypatch):
    """A folder to work in."""
    shutil.copytree(ROOT / "label_config", tmp_path / "label_config")
    monkeypatch.chdir(tmp_path)
    return tmp_path
