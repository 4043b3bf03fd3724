"""Ray Data: one task reads, an actor a worker holds the model, and what they made comes in order."""

import importlib.metadata
import logging
import math
import os
import pickle
import socket
import sys
import threading
import warnings
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is sent to anybody
os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
os.environ.setdefault("RAY_DEDUP_LOGS", "0")  # what is kept back is printed at the end

import pyarrow
import ray
import ray.data
from ray.data.block import BlockMetadata
from ray.data.datasource import Datasource, ReadTask
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from curation import __version__
from curation.cluster.portions import Failure, Parcel, Portion, Suggested
from curation.documents.document import Document, Layer
from curation.errors import CurateError, ModelError, Problem, UsageError
from curation.preannotate.model_files import chosen_model
from curation.preannotate.pipeline import Pipeline, load_located_model
from curation.schema import Schema

# What decides a suggestion besides model and rules.
_PACKAGES = ("spacy", "thinc", "numpy")
# What the reader needs of the environment in which the command was typed: who may read object storage.
_KEYS = ("AWS_", "GOOGLE_")

# A worker that dies may be unlucky; an article with which so many died isn't given to another.
_TRIES = 3
# What dies while it starts, before it can say so, would be started for ever.
_RESTARTS = 20
_SECONDS_TO_ANSWER = 20


def versions_here() -> dict[str, str]:
    """The versions of the packages that decide suggestions, in this process."""
    found = {name: importlib.metadata.version(name) for name in _PACKAGES}
    return {"curate": __version__, **found}


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """What every worker must have alike: the model as it was given, its layer, the schema, and versions."""

    model: str | None
    layer: Layer
    schema: Schema
    versions: dict[str, str]

    def load(self) -> Pipeline:
        """The pipeline; ModelError where this machine has another one."""
        here = versions_here()
        located = chosen_model(self.schema, self.model)
        for name, version in self.versions.items():
            if here[name] != version:
                raise _differs(f"{name} {here[name]}", f"{name} {version}")
        if located.layer != self.layer:
            raise _differs(str(located.layer), str(self.layer))
        return load_located_model(located)


def _differs(there: str, here: str) -> ModelError:
    node = os.uname().nodename
    return ModelError(
        f"a worker on {node} has {there}, not {here} as this machine: their suggestions may differ",
        hint="install the same versions of curate and of the model on all machines",
    )


def parcels_by_cluster(
    read: Callable[[], Iterator[Parcel]],
    baseline: Baseline,
    *,
    address: str | None,
    workers: int | None,
) -> Generator[Parcel, None, None]:
    """
    What *read* gives, in its order, with suggestions for its articles.

    *read* runs in a process on this machine, from its beginning again where that dies. Without an
    *address* the cluster is this machine; *workers* are as many as it has processors, unless said.
    """
    with (
        redirect_stdout(cast("IO[str]", _OneThreadsOutput())),
        _connected(address),
        # Ended later, it would ask Ray once more, which would begin again for that.
        closing(_suggested_tables(read, baseline, workers)) as tables,
    ):
        while (table := _next(tables)) is not None:
            for parcel in _unpacked(table):
                if isinstance(parcel, Failure):
                    raise parcel.error
                yield parcel


def _suggested_tables(
    read: Callable[[], Iterator[Parcel]], baseline: Baseline, workers: int | None
) -> Generator[pyarrow.Table, None, None]:
    cpus = float(ray.cluster_resources().get("CPU", 1))
    count = workers or max(1, int(cpus))
    node = ray.get_runtime_context().get_node_id()
    here = NodeAffinitySchedulingStrategy(node, soft=False)
    begun = ray.remote(_Begun).options(num_cpus=0, scheduling_strategy=here).remote()
    articles = ray.data.read_datasource(
        _Articles(read, begun),
        override_num_blocks=1,
        # It waits for the workers most of the time, and would wait for ever for a processor that they hold.
        num_cpus=0,
        label_selector={"ray.io/node-id": node},
    )
    suggested = articles.map_batches(
        _Worker,
        fn_constructor_args=(baseline, begun),
        batch_size=1,
        batch_format="pyarrow",
        compute=ray.data.ActorPoolStrategy(size=count),
        # Ray rounds to four digits, and what it rounds up is more than there is.
        num_cpus=min(1.0, math.floor(cpus / count * 1e4) / 1e4),
        ray_remote_args_fn=lambda: {"max_restarts": _RESTARTS},
    )
    yield from suggested.iter_batches(batch_size=None, batch_format="pyarrow")


_AGAIN = "type the command again: it goes on where it was; Ray's logs say more"
_DIED = (
    "look whether the machines have memory enough, and all the same Ray token (RAY_AUTH_MODE=disabled "
    "for a cluster without one); then type the command again: it goes on where it was"
)


def _next(tables: Iterator[pyarrow.Table]) -> pyarrow.Table | None:
    """The next table, None after the last; CurateError where Ray gave up."""
    try:
        with _without_output():
            return next(tables, None)
    except ray.exceptions.RayError as error:
        what = error.cause if isinstance(error, ray.exceptions.RayTaskError) else error
        is_dead = isinstance(error, ray.exceptions.RayActorError)
        raise CurateError(
            f"Ray gave up: {_first_line(what)}", hint=_DIED if is_dead else _AGAIN
        ) from error


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__


@contextmanager
def _without_output() -> Iterator[None]:
    """Nothing is written to standard output."""
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere):  # noqa: PTH123 - a device
        yield


class _OneThreadsOutput:
    """Standard output for this thread alone: where a worker dies, a thread of Ray's says so among the data."""

    def __init__(self) -> None:
        self._stream = sys.stdout
        self._thread = threading.get_ident()

    def write(self, text: str) -> int:
        """Write what this thread has to say."""
        return self._stream.write(text) if threading.get_ident() == self._thread else len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def _connected(address: str | None) -> Iterator[None]:
    """Ray, without a word of its own; a session that is there already is used, and stays."""
    if ray.is_initialized():
        _quieten()
        yield
        return
    with _without_output():
        _connect(address)
    try:
        _quieten()
        yield
    finally:
        with _without_output():
            ray.shutdown()


def _connect(address: str | None) -> None:
    host, port = _host_and_port(address or "")
    # Ray writes these down, so no keys are among them.
    passed_on = {key: value for key, value in os.environ.items() if key == "PYTHONPATH"}
    try:
        if port:  # Ray would ask for minutes
            socket.create_connection((host, port), timeout=_SECONDS_TO_ANSWER).close()
        with _silenced():
            ray.init(
                address or "local",
                include_dashboard=None if address else False,
                log_to_driver=False,
                logging_level=logging.CRITICAL,
                runtime_env={"env_vars": passed_on} if address else None,
            )
    except ray.exceptions.AuthenticationError as error:
        raise CurateError(
            f"Ray's token isn't taken: {_first_line(error)}",
            hint="every machine needs the same ~/.ray/auth_token, or RAY_AUTH_MODE=disabled",
        ) from None
    except (OSError, ValueError, RuntimeError) as error:
        hint = "start one with: ray start --head, then give its --address, or auto"
        if type(error) is ConnectionError:  # Ray's own: somebody listens there
            hint = "where it asks for a token, set RAY_AUTH_MODE=token, or give --address auto"
        raise CurateError(
            f"no Ray cluster at {address or 'this machine'}: {_first_line(error)}", hint=hint
        ) from None


def _host_and_port(address: str) -> tuple[str, int]:
    """The two parts of HOST:PORT; no port where the address names no host; UsageError where Ray knows no such address."""
    host, _, port = address.rpartition(":")
    if address in ("", "auto", "local"):
        return "", 0
    if "://" in address or not (host and port.isdigit()):
        raise UsageError(
            f"--address {address}: no address of a cluster",
            hint="give the HOST:PORT that ray start --head printed, or auto",
        )
    return host.strip("[]"), int(port)


@contextmanager
def _silenced() -> Iterator[None]:
    """What Ray's core says while it begins goes nowhere; what fails is raised."""
    kept = os.dup(2)
    try:
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - a device
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _quieten() -> None:
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.execution_options.preserve_order = True
    # Each parcel goes on when it is there, and isn't kept until megabytes have come together.
    context.target_max_block_size = context.target_min_block_size = 1
    warnings.filterwarnings("ignore", module=r"ray\.")  # fewer articles than workers, say
    # Until Ray 2.64, nothing else says how often a worker is started anew.
    warnings.filterwarnings("ignore", message="`ray_remote_args_fn` is deprecated")
    for name in ("ray", "ray.data"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _packed(parcels: list[Parcel]) -> pyarrow.Table:
    return pyarrow.table({"parcel": [pickle.dumps(parcel) for parcel in parcels]})


def _unpacked(table: pyarrow.Table) -> list[Parcel]:
    return [pickle.loads(parcel) for parcel in table["parcel"].to_pylist()]


class _Articles(Datasource):  # type: ignore[misc]
    """The one task that reads, with this process's folder, and its keys of object storage."""

    def __init__(self, read: Callable[[], Iterator[Parcel]], begun: Any) -> None:
        self._read = read
        self._begun = begun
        self._folder = Path.cwd()
        self._keys = {key: text for key, text in os.environ.items() if key.startswith(_KEYS)}

    def get_name(self) -> str:
        return "articles"

    def estimate_inmemory_data_size(self) -> int | None:
        return None

    def get_read_tasks(self, *_: Any, **__: Any) -> list[ReadTask]:
        read = self._read
        begun = self._begun
        folder = self._folder
        keys = self._keys

        def tables() -> Iterator[pyarrow.Table]:
            os.chdir(folder)
            os.environ.update(keys)
            if ray.get(begun.begin.remote("reading")) > _TRIES:
                error = CurateError(
                    f"the process that reads the articles died {_TRIES} times",
                    hint="look whether this machine has memory enough",
                )
                yield _packed([Failure(error)])
                return
            for parcel in read():
                yield _packed([parcel])

        nothing_known = BlockMetadata(
            num_rows=None, size_bytes=None, input_files=None, exec_stats=None
        )
        return [ReadTask(tables, nothing_known)]


class _Begun:
    """What the workers began and didn't end, and how often: in a process of its own, which outlives them."""

    def __init__(self) -> None:
        self._times: Counter[str] = Counter()

    def begin(self, work: str) -> int:
        """How often it was begun, with this time."""
        self._times[work] += 1
        return self._times[work]

    def end(self, work: str) -> None:
        """It is done."""
        del self._times[work]


class _Worker:
    """Holds the model, which is loaded with the first articles: an error can be told from there."""

    def __init__(self, baseline: Baseline, begun: Any) -> None:
        self._baseline = baseline
        self._begun = begun
        self._pipeline: Pipeline | None = None

    def __call__(self, table: pyarrow.Table) -> pyarrow.Table:
        return _packed([self._suggested(parcel) for parcel in _unpacked(table)])

    def _suggested(self, parcel: Parcel) -> Parcel:
        if not isinstance(parcel, Portion):
            return parcel
        try:
            pipeline = self._pipeline = self._pipeline or self._load()
        except CurateError as error:
            return Failure(error)
        found = self._together(pipeline, parcel) or self._one_by_one(pipeline, parcel)
        return Suggested(
            parcel.shard,
            parcel.digest,
            lines=tuple(one for one in found if isinstance(one, str)),
            failed=tuple(one for one in found if isinstance(one, Problem)),
        )

    def _load(self) -> Pipeline:
        work = f"model of {ray.get_runtime_context().get_actor_id()}"
        if self._times(work) > _TRIES:
            raise ModelError(
                f"workers on {os.uname().nodename} die while they load the model",
                hint="look whether they have memory enough; fewer --workers need less",
            )
        pipeline = self._baseline.load()
        self._end(work)
        return pipeline

    def _together(self, pipeline: Pipeline, portion: Portion) -> list[str | Problem] | None:
        """The lines; None where one of the articles raises, or a worker died of the portion."""
        work = f"portion {portion.documents[0].id}"
        if self._times(work) > 1:
            return None
        try:
            found = pipeline.suggest_batch(portion.documents, self._baseline.schema)
            return [document.to_line() for document in found]
        except Exception:  # of which article, shows one by one
            return None
        finally:
            self._end(work)

    def _one_by_one(self, pipeline: Pipeline, portion: Portion) -> list[str | Problem]:
        """The line of each article, or why there is none."""
        return [self._line(pipeline, document) for document in portion.documents]

    def _line(self, pipeline: Pipeline, document: Document) -> str | Problem:
        work = f"article {document.id}"
        # With the first worker died the whole portion.
        if self._times(work) >= _TRIES:
            return Problem(document.id, f"{_TRIES} workers died while they had this article")
        try:
            return pipeline.suggest(document, self._baseline.schema).to_line()
        except CurateError as error:
            return Problem(document.id, str(error).removeprefix(f"{document.id}: "))
        except Exception as error:  # the others go on
            return Problem(document.id, f"{type(error).__name__}: {_first_line(error)}")
        finally:
            self._end(work)

    def _times(self, work: str) -> int:
        return int(ray.get(self._begun.begin.remote(work)))

    def _end(self, work: str) -> None:
        ray.get(self._begun.end.remote(work))
