"""Suggestions by a Ray cluster: articles read as everywhere, shards written in their order."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from itertools import repeat
from pathlib import Path

from curation.addresses import bare_address, storage_address, without_keys
from curation.articles import (
    ArticleOptions,
    ArticlesReport,
    estimate_article_count,
    notice_articles,
    read_articles,
)
from curation.cluster.portions import (
    AllRead,
    BadArticles,
    Failure,
    Kept,
    Parcel,
    Suggested,
    TakenProblems,
    pack_articles,
)
from curation.cluster.shards import BAD_ARTICLES, ShardFolder, ShardManifest
from curation.errors import CurateError, InputError, Problem, Problems
from curation.files import STDIN, file_sha256, json_line
from curation.gold.working.withdrawn_articles import refuse_withdrawn
from curation.list_limit import ENDLESS, list_everything, list_limit
from curation.preannotate.model_files import chosen_model
from curation.progress import Watch, unwatched
from curation.schema.folder import read_schema_in
from curation.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class ClusterOptions:
    """
    Which cluster, this machine if none; how many workers, as many as it has processors if None.

    *shard_size* is how many places of the input go into a shard.
    """

    address: str | None = None
    workers: int | None = None
    model: str | None = None
    shard_size: int


@dataclass(kw_only=True)
class ShardsReport:
    """
    Where the shards are, how many there are and how many of them were there before, and what is told of the articles.

    *replaced* shards of an earlier run, of other articles, are there no more.
    """

    folder: Path
    documents: int = 0
    shards: int = 0
    kept: int = 0
    replaced: int = 0
    articles: ArticlesReport = field(default_factory=ArticlesReport)


def preannotate_on_cluster(
    workspace: Workspace,
    paths: Sequence[Path],
    options: ArticleOptions,
    output: Path,
    cluster: ClusterOptions,
    watch: Watch = unwatched,
) -> ShardsReport:
    """
    Write shards with the suggestions for all articles, and ``bad.jsonl`` with those that were left out.

    Shards that an earlier run made of the same articles by the same model and rules stay as they are.
    Raises InputError where the folder *output* has anything else.
    """
    if find_spec("ray") is None:
        raise InputError(
            "--engine ray needs Ray, which isn't installed",
            hint='pip install "curate[ray]", or leave out --engine',
        )
    if STDIN in (*paths, output):
        raise InputError(
            "--engine ray reads files, and writes a folder of them; - is neither",
            hint="give a file or a folder, or leave out --engine",
        )
    _refuse_folder_inside(paths, output)
    from curation.cluster.ray_workers import Baseline, parcels_by_cluster, versions_here

    schema = read_schema_in(workspace.config)
    located = chosen_model(schema, cluster.model)
    baseline = Baseline(
        model=str(located.folder.resolve())
        if cluster.model and Path(cluster.model).is_dir()
        else cluster.model,
        layer=located.layer,
        schema=schema,
        versions=versions_here(),
    )
    schema_hash = file_sha256(workspace.config / "schema.toml")[:12]
    versions = [f"{name} {version}" for name, version in baseline.versions.items()]
    made_by = ", ".join([str(located.layer), f"schema {schema_hash}", *versions])
    folder = ShardFolder.at(output)
    manifest = ShardManifest.of(folder, made_by, cluster.shard_size)
    reading = _Reading(
        paths=tuple(paths),
        options=options,
        next_folder=workspace.next,
        language=located.language,
        shard_size=cluster.shard_size,
        lists_everything=list_limit() == ENDLESS,
        made_by=made_by,
        written=dict(manifest.digests),
    )
    report = ShardsReport(folder=folder.place)
    bad: list[Problem] = []
    try:
        # Whatever ends the work, Ray's part of it ends first.
        with closing(
            parcels_by_cluster(
                reading.parcels, baseline, address=cluster.address, workers=cluster.workers
            )
        ) as parcels:
            for _ in watch(
                _written(parcels, manifest, report, bad),
                "pre-annotating",
                estimate_article_count(paths),
            ):
                pass
    except BaseException:
        with suppress(CurateError):  # what ended the work is told
            _write_bad(folder, bad)
        raise
    _write_bad(folder, bad)
    report.articles.bad = Problems(bad)
    return report


def _refuse_folder_inside(paths: Iterable[Path], output: Path) -> None:
    """Raises InputError where the next run would read the shards as articles."""
    for path in paths:
        if _place(output).is_relative_to(_place(path)):
            raise InputError(
                f"{without_keys(output)}: lies in {without_keys(path)}, where articles are read from",
                hint="give a folder elsewhere with -o",
            )


def _place(path: Path) -> Path:
    """Where the path leads to: bucket and key of an address, or a path without links."""
    address = storage_address(path)
    return bare_address(address) if address else path.resolve()


@dataclass(frozen=True, kw_only=True)
class _Reading:
    """What the process that reads the articles has to know."""

    paths: tuple[Path, ...]
    options: ArticleOptions
    next_folder: Path
    language: str
    shard_size: int
    lists_everything: bool
    made_by: str
    written: Mapping[int, str]

    def parcels(self) -> Iterator[Parcel]:
        bad = TakenProblems()
        report = ArticlesReport(bad=bad)
        options = replace(self.options, report=report, skip_bad=True)
        list_everything(self.lists_everything)
        try:
            articles = refuse_withdrawn(
                read_articles(self.paths, options), self.next_folder, refused=bad
            )
        except CurateError as error:
            yield Failure(error)
            return
        yield from pack_articles(
            notice_articles(articles, report, self.language),
            report,
            size=self.shard_size,
            made_by=self.made_by,
            written=self.written,
        )


def _written(
    parcels: Iterable[Parcel], manifest: ShardManifest, report: ShardsReport, bad: list[Problem]
) -> Iterator[None]:
    """Writes each shard when it is whole; yields once for each article."""
    before = len(manifest.shards)
    numbers = set()
    waiting: list[Suggested] = []  # of one shard
    for parcel in parcels:
        match parcel:
            case BadArticles():
                bad += parcel.problems
            case AllRead():
                report.articles = parcel.report
            case Kept() | Suggested():
                if waiting and waiting[0].shard != parcel.shard:
                    _write_shard(manifest, waiting)
                    waiting.clear()
                numbers.add(parcel.shard)
                if isinstance(parcel, Suggested):
                    waiting.append(parcel)
                    bad += parcel.failed
                    report.documents += len(parcel.lines)
                    yield from repeat(None, len(parcel.lines) + len(parcel.failed))
                else:
                    report.kept += 1
                    report.documents += parcel.count
                    yield from repeat(None, parcel.count)
    if waiting:
        _write_shard(manifest, waiting)
    manifest.end(numbers)
    report.shards = len(numbers)
    report.replaced = before - report.kept


def _write_shard(manifest: ShardManifest, portions: Sequence[Suggested]) -> None:
    lines = [line for portion in portions for line in portion.lines]
    is_whole = not any(portion.failed for portion in portions)
    manifest.write(portions[0].shard, portions[0].digest, lines, is_whole=is_whole)


def _write_bad(folder: ShardFolder, bad: Iterable[Problem]) -> None:
    """Write which articles were left out and why; nothing stays of an earlier run's."""
    text = "".join(json_line({"place": one.place, "what": one.what}) + "\n" for one in bad)
    if text:
        folder.write(BAD_ARTICLES, text)
    elif BAD_ARTICLES in folder.sizes():
        folder.remove([BAD_ARTICLES])
