"""``curate preannotate --engine ray`` on a real Ray: the pool's suggestions, whatever is killed."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import pyarrow
import pyarrow.parquet
import pytest
from command_line import run
from gold_samples import Working, annotated, write_dataset_facts, write_next
from samples import ROOT, SCHEMA

from curation.articles import ArticleOptions
from curation.cluster.portions import Kept, Portion
from curation.documents.document import Document
from curation.errors import CurateError, InputError, ModelError, UsageError
from curation.files import json_line
from curation.flows.preannotate_on_cluster import ClusterOptions, preannotate_on_cluster
from curation.flows.withdraw import withdraw
from curation.workspace import Workspace

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


def write_rows(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), path)
    else:
        path.write_text("".join(json_line(row) + "\n" for row in rows), encoding="utf-8")


def shards(folder):
    return sorted(folder.glob("part-*.jsonl"))


def whole_shards(folder):
    """The shards that the folder's manifest knows."""
    manifest = folder / "manifest.json"
    known = json.loads(manifest.read_text())["shards"] if manifest.exists() else ()
    return [folder / f"part-{int(number):07}.jsonl" for number in known]


def lines_in(folder):
    return [line for shard in shards(folder) for line in shard.read_text("utf-8").splitlines()]


def workers_of_ray():
    """The processes that hold a model, of the Ray that this process started."""
    return [
        process
        for process in psutil.Process().children(recursive=True)
        if "_Worker" in " ".join(process.cmdline()[:1])
    ]


def preannotated(paths, output, watch=lambda items, *_: items, **options):
    return preannotate_on_cluster(
        Workspace.here(),
        [Path(path) for path in paths],
        ArticleOptions(),
        Path(output),
        ClusterOptions(**{"shard_size": 10, "workers": 2, **options}),
        watch,
    )


def test_shards_are_the_pools_output_though_a_worker_is_killed(
    desk, ray_address, short_articles, pool_lines, capfd
):
    """JSONL and Parquet in a folder, a bad line among them; a worker killed in mid-run."""
    write_rows(desk / "in" / "a.jsonl", short_articles[:20])
    write_rows(desk / "in" / "b.parquet", short_articles[20:])
    with (desk / "in" / "a.jsonl").open("a") as stream:
        stream.write('{"id": "news-bad"}\n{"id": "news-3", "text": "again"}\nnonsense\n')
    killed = []
    done = []

    def kill_one(items, *_):
        for item in items:
            done.append(item)
            if not killed:
                killed.extend(workers_of_ray()[:1])
                killed[0].kill()
            yield item

    report = preannotated(["in"], "out", kill_one)

    assert killed
    assert len(done) == 30  # which a progress bar shows
    assert capfd.readouterr() == ("", "")
    assert lines_in(desk / "out") == [pool_lines[row["id"]] for row in short_articles]
    assert (report.documents, report.kept) == (30, 0)
    bad = [json.loads(line) for line in (desk / "out" / "bad.jsonl").read_text().splitlines()]
    assert bad == [
        {"place": "in/a.jsonl:21", "what": "the article has no 'text'"},
        {"place": "in/a.jsonl:22", "what": "duplicate id 'news-3', first in in/a.jsonl:4"},
        {"place": "in/a.jsonl:23", "what": "not JSON: Expecting value at character 1"},
    ]
    assert len(report.articles.bad) == 3


def test_all_lists_what_the_reader_tells_of_every_article(desk, ray_address, capsys):
    rows = [{"id": f"m{number}", "text": f"<b>Bush</b> met {number}."} for number in range(25)]
    write_rows(desk / "a.jsonl", rows)
    typed = ["preannotate", "a.jsonl", "--engine", "ray", "--address", ray_address, "-o", "out"]

    code, _, err = run(capsys, *typed, "--all")

    assert code == 0
    assert err.count("has an HTML tag in line 1") == 25


def test_an_article_that_no_worker_can_do_is_left_out(
    desk, ray_address, short_articles, pool_lines, monkeypatch, capsys
):
    """One kills its workers, one makes the code fail, one is too long for the model."""
    from curation.cluster import ray_workers

    @dataclass(frozen=True)
    class FailingBaseline(ray_workers.Baseline):
        """Its pipeline fails at some articles."""

        def load(self):
            return FailingPipeline(super(type(self), self).load())

    class FailingPipeline:
        def __init__(self, pipeline):
            self.pipeline = pipeline

        def suggest_batch(self, documents, schema):
            return [self.suggest(document, schema) for document in documents]

        def suggest(self, document, schema):
            if document.id == "news-2":
                os.kill(os.getpid(), signal.SIGKILL)
            if document.id == "news-3":
                raise IndexError("a bug")
            if document.id == "news-4":
                raise InputError("news-4: too long", hint="split the article")
            return self.pipeline.suggest(document, schema)

    write_rows(desk / "a.jsonl", short_articles[:20])
    monkeypatch.setattr(ray_workers, "Baseline", FailingBaseline)
    typed = ["preannotate", "a.jsonl", "--engine", "ray", "-o", "out", "--workers", "1"]

    code, _, err = run(capsys, *typed, "--shard-size", "10")

    assert code == 1
    assert "17 documents with suggestions → out (2 shards)." in err
    bad = [json.loads(line) for line in (desk / "out" / "bad.jsonl").read_text().splitlines()]
    assert {(one["place"], one["what"]) for one in bad} == {
        ("news-2", "3 workers died while they had this article"),
        ("news-3", "IndexError: a bug"),
        ("news-4", "too long"),
    }
    good = [
        row["id"]
        for row in short_articles[:20]
        if row["id"] not in {"news-2", "news-3", "news-4"}
    ]
    assert lines_in(desk / "out") == [pool_lines[one] for one in good]
    assert [shard.name for shard in whole_shards(desk / "out")] == ["part-0000001.jsonl"]


def test_where_all_articles_are_bad_each_is_written_down(desk, ray_address):
    write_rows(desk / "a.jsonl", [{"id": f"news-{n}"} for n in range(200)])

    with pytest.raises(InputError, match="the article has no 'text'"):
        preannotated(["a.jsonl"], "out", workers=1)

    assert len((desk / "out" / "bad.jsonl").read_text().splitlines()) == 200


def test_what_fails_in_ray_is_told_in_a_sentence(ray_address):
    from curation.cluster.ray_workers import parcels_by_cluster

    def read():
        yield from ()
        raise IndexError("a bug")

    with pytest.raises(CurateError, match=r"^Ray gave up: .*a bug"):
        list(parcels_by_cluster(read, None, address=None, workers=1))


def test_a_reader_that_dies_each_time_ends_the_run(ray_address):
    from curation.cluster.ray_workers import parcels_by_cluster

    def read():
        os.kill(os.getpid(), signal.SIGKILL)
        yield from ()

    with pytest.raises(CurateError, match="the process that reads the articles died 3 times"):
        list(parcels_by_cluster(read, None, address=None, workers=1))


def test_a_reader_that_dies_once_begins_again(ray_address, tmp_path):
    from curation.cluster.ray_workers import parcels_by_cluster

    def read():
        yield Kept(shard=0, count=1)
        if not (tmp_path / "died").exists():
            (tmp_path / "died").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        yield Kept(shard=1, count=1)

    found = list(parcels_by_cluster(read, None, address=None, workers=1))

    assert found == [Kept(shard=0, count=1), Kept(shard=1, count=1)]


def test_workers_that_die_while_they_start_end_the_run(ray_address, monkeypatch):
    """Before they could say what they begin."""
    from curation.cluster import ray_workers

    def die():
        os.kill(os.getpid(), signal.SIGKILL)

    class Deadly:
        def __reduce__(self):
            return die, ()

    def read():
        yield Kept(shard=0, count=1)

    monkeypatch.setattr(ray_workers, "_RESTARTS", 1)
    with pytest.raises(CurateError, match="Ray gave up") as caught:
        list(ray_workers.parcels_by_cluster(read, Deadly(), address=None, workers=1))

    assert "memory enough" in caught.value.hint


FULL_DISK = """
from curation.cluster.shards import ShardFolder
from curation.cli import main
from curation.errors import CurateError
write = ShardFolder.write
def full(self, name, text):
    if name.startswith("part-"):
        raise CurateError("no space left to write")
    return write(self, name, text)
ShardFolder.write = full
main(["preannotate", "a.jsonl", "--engine", "ray", "-o", "out", "--workers", "1"])
"""


def test_a_disk_that_is_full_is_told_in_a_sentence_alone(desk, short_articles):
    """With a Ray of the command's own, which ends with it and doesn't begin again."""
    write_rows(desk / "a.jsonl", short_articles[:5])

    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "error: no space left to write\n"


@pytest.mark.parametrize("address", ["10.0.0.1", "ray://10.0.0.1:10001", "10.0.0.1:port"])
def test_an_address_that_is_none_is_refused_before_ray_begins(address):
    from curation.cluster.ray_workers import _connect

    with pytest.raises(UsageError, match="no address of a cluster"):
        _connect(address)


def test_a_withdrawn_article_is_left_out(desk, ray_address, short_articles, pool_lines):
    write_rows(desk / "a.jsonl", short_articles[:3])
    (desk / "gold").mkdir()
    write_dataset_facts(desk / "gold")
    write_next(desk / "gold", Working((), (annotated(short_articles[1]["id"]),)))
    withdraw(Workspace.here(), SCHEMA, [short_articles[1]["id"]], reason="asked to")

    preannotated(["a.jsonl"], "out", workers=1)

    assert lines_in(desk / "out") == [pool_lines[short_articles[n]["id"]] for n in (0, 2)]
    (bad,) = (desk / "out" / "bad.jsonl").read_text().splitlines()
    assert "withdrawn" in json.loads(bad)["what"]


def test_a_worker_loads_the_model_once(ray_address, tmp_path):
    from curation.cluster.ray_workers import parcels_by_cluster

    class CountingBaseline:
        schema = SCHEMA

        def load(self):
            with (tmp_path / "loads").open("a") as stream:
                stream.write("loaded\n")
            return EmptyPipeline()

    class EmptyPipeline:
        def suggest_batch(self, documents, schema):
            return documents

    def read():
        for number in range(5):
            yield Portion(number, "", (Document(f"d{number}", "Bob."),))

    found = list(parcels_by_cluster(read, CountingBaseline(), address=None, workers=1))

    assert [parcel.shard for parcel in found] == [0, 1, 2, 3, 4]
    assert (tmp_path / "loads").read_text() == "loaded\n"


def test_workers_share_the_processors_whatever_their_number(ray_address):
    """Three workers of two processors: what Ray rounds to four digits must not be more than there is."""
    from curation.cluster.ray_workers import parcels_by_cluster

    seen = 0

    def read():
        yield from (Kept(shard=number, count=1) for number in range(30))

    for number, parcel in enumerate(parcels_by_cluster(read, None, address=None, workers=3)):
        assert parcel == Kept(shard=number, count=1)
        seen = max(seen, len(workers_of_ray()))

    assert seen == 3


def test_a_killed_run_goes_on_where_it_was(
    desk, ray_address, short_articles, pool_lines, capsys
):
    """What was whole isn't made again, and with a bad article the command exits with 1 at its end."""
    write_rows(desk / "a.jsonl", [*short_articles, {"id": "news-bad"}])
    typed = [
        "preannotate",
        "a.jsonl",
        "--engine",
        "ray",
        "-o",
        "out",
        "--shard-size",
        "10",
        "--workers",
        "1",
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-m", "curation", *typed, "--address", ray_address],
        env=environment,
        stderr=subprocess.DEVNULL,
    ) as first:
        deadline = time.monotonic() + 300
        while not whole_shards(desk / "out") and time.monotonic() < deadline:
            assert first.poll() is None
            time.sleep(0.02)
        first.send_signal(signal.SIGKILL)
    before = {shard: shard.stat().st_mtime_ns for shard in whole_shards(desk / "out")}
    assert before

    code, _, err = run(capsys, *typed)

    assert code == 1
    assert (
        f"30 documents with suggestions → out (3 shards, {len(before)} of them from before)"
        in err
    )
    assert "a.jsonl:31: the article has no 'text'" in err
    assert lines_in(desk / "out") == [pool_lines[row["id"]] for row in short_articles]
    after = {shard: shard.stat().st_mtime_ns for shard in shards(desk / "out")}
    assert before.items() <= after.items()


def test_articles_and_shards_may_be_in_object_storage(
    desk, storage, ray_address, short_articles, pool_lines, capsys
):
    write_rows(desk / "a.jsonl", short_articles[:5])
    write_rows(desk / "b.parquet", short_articles[5:10])
    for name in ("a.jsonl", "b.parquet"):
        with storage.open_output_stream(f"news/in/{name}") as stream:
            stream.write((desk / name).read_bytes())

    typed = ["preannotate", "s3://news/in", "--engine", "ray", "-o", "s3://news/out"]
    code, out, err = run(capsys, *typed, "--shard-size", "5", "--workers", "1")

    assert (code, out) == (0, "")
    assert "10 documents with suggestions → s3://news/out (2 shards)." in err
    stored = [
        storage.open_input_stream(f"news/out/part-000000{n}.jsonl").read().decode()
        for n in (0, 1)
    ]
    wanted = [pool_lines[row["id"]] for row in short_articles[:10]]
    assert "".join(stored).splitlines() == wanted


def test_a_machine_with_another_model_or_other_versions_is_an_error():
    from curation.cluster.ray_workers import Baseline, versions_here
    from curation.preannotate.model_files import chosen_model

    layer = chosen_model(SCHEMA).layer
    here = versions_here()

    def loaded(**other):
        return Baseline(
            **{"model": None, "schema": SCHEMA, "layer": layer, "versions": here, **other}
        ).load()

    with pytest.raises(ModelError, match=r"has thinc \S+, not thinc 8\.0\.0 as this machine"):
        loaded(versions={**here, "thinc": "8.0.0"})
    with pytest.raises(ModelError, match=r"has \S+, not \S+other as this machine"):
        loaded(layer=replace(layer, rules="other"))


@pytest.mark.long
def test_what_is_wrong_with_a_worker_is_said_here(
    desk, ray_address, short_articles, monkeypatch
):
    from curation.cluster import ray_workers

    write_rows(desk / "a.jsonl", short_articles[:5])
    here = {**ray_workers.versions_here(), "thinc": "8.0.0"}
    monkeypatch.setattr(ray_workers, "versions_here", lambda: here)

    with pytest.raises(ModelError, match=r"has thinc \S+, not thinc 8\.0\.0 as this machine"):
        preannotated(["a.jsonl"], "out", workers=1)


def test_an_address_where_no_cluster_answers_is_an_error(desk, short_articles):
    """In a process of its own, which has no session."""
    write_rows(desk / "a.jsonl", short_articles[:5])
    with socket.create_server(("127.0.0.1", 0)) as server:
        free = f"127.0.0.1:{server.getsockname()[1]}"

    typed = ["preannotate", "a.jsonl", "--engine", "ray", "--address", free, "-o", "out"]
    ran = subprocess.run(
        [sys.executable, "-m", "curation", *typed],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith(f"error: no Ray cluster at {free}: ")


def test_without_ray_a_sentence_says_how_to_install_it(
    desk, short_articles, capsys, monkeypatch
):
    write_rows(desk / "a.jsonl", short_articles[:5])
    monkeypatch.setitem(sys.modules, "ray", None)

    code, out, err = run(capsys, "preannotate", "a.jsonl", "--engine", "ray")

    assert (code, out) == (1, "")
    assert err.startswith(
        "error: --engine ray needs Ray, which isn't installed\nhint: pip install"
    )


@pytest.mark.parametrize(
    ("path", "output"),
    [
        ("in", "in/out"),
        ("in", "link/out"),
        ("s3://b/in?region=x", "s3://b/in/out"),
        ("s3://key:secret@b/in", "s3://b/in"),
        ("s3://b", "s3://b/out"),
    ],
)
def test_shards_are_not_written_among_the_articles(desk, path, output):
    (desk / "in").mkdir()
    (desk / "link").symlink_to("in")

    with pytest.raises(InputError, match=r"lies in .*, where articles are read from"):
        preannotated([path], output)


def test_object_storage_lies_in_no_folder(desk):
    (desk / "manifest.json").write_text("")

    with pytest.raises(InputError, match="Unrecognized filesystem type"):
        preannotated(["."], "s4://bucket/out")


def test_an_option_of_the_cluster_is_refused_without_one(desk, short_articles, capsys):
    write_rows(desk / "a.jsonl", short_articles[:1])

    code, _, err = run(capsys, "preannotate", "a.jsonl", "--shard-size", "10")

    assert (code, err.splitlines()[0]) == (2, "error: --shard-size is of a Ray cluster")


def test_the_clusters_environment_has_no_keys(storage, monkeypatch):
    from curation.cluster import ray_workers

    given = {}
    monkeypatch.setattr(ray_workers.ray, "init", lambda *_, **options: given.update(options))
    monkeypatch.setenv("PYTHONPATH", "here")

    ray_workers._connect("auto")

    assert given["runtime_env"] == {"env_vars": {"PYTHONPATH": "here"}}
