"""Ray Data: one task reads, an actor a worker holds the model, and what they made comes in order."""

import importlib.metadata
import logging
import os
import pickle
import socket
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

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
from curation.cluster.portions import Failure, Parcel, Portion
from curation.documents.document import Layer
from curation.errors import CurateError, ModelError
from curation.preannotate.model_files import chosen_model
from curation.preannotate.pipeline import Pipeline, load_located_model
from curation.schema import Schema

# What decides a suggestion besides model and rules.
_PACKAGES = ("spacy", "thinc", "numpy")
# What a worker needs of the environment in which the command was typed.
_PASSED_ON = ("AWS_", "GOOGLE_", "PYTHONPATH")

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
) -> Iterator[Parcel]:
    """
    What *read* gives, in its order, with suggestions for its articles.

    *read* runs in a process on this machine, from its beginning again where that dies. Without an
    *address* the cluster is this machine; *workers* are as many as it has processors, unless said.
    """
    with _connected(address):
        cpus = float(ray.cluster_resources().get("CPU", 1))
        count = workers or max(1, int(cpus))
        articles = ray.data.read_datasource(
            _Articles(read),
            override_num_blocks=1,
            # It waits for the workers most of the time, and would wait for ever for a processor that they hold.
            num_cpus=0,
            scheduling_strategy=NodeAffinitySchedulingStrategy(
                ray.get_runtime_context().get_node_id(), soft=False
            ),
        )
        suggested = articles.map_batches(
            _Worker,
            fn_constructor_args=(baseline,),
            batch_size=1,
            batch_format="pyarrow",
            compute=ray.data.ActorPoolStrategy(size=count),
            num_cpus=min(1.0, cpus / count),
        )
        for table in suggested.iter_batches(batch_size=None, batch_format="pyarrow"):
            for parcel in _unpacked(table):
                if isinstance(parcel, Failure):
                    raise parcel.error
                yield parcel


@contextmanager
def _connected(address: str | None) -> Iterator[None]:
    """Ray, without a word of its own; a session that is there already is used, and stays."""
    # Where a worker dies, Ray says so among the data.
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere):  # noqa: PTH123 - a device
        if ray.is_initialized():
            _quieten()
            yield
            return
        _connect(address)
        try:
            _quieten()
            yield
        finally:
            ray.shutdown()


def _connect(address: str | None) -> None:
    host, _, port = (address or "").partition(":")
    passed_on = {key: value for key, value in os.environ.items() if key.startswith(_PASSED_ON)}
    try:
        if port.isdigit():  # Ray would ask for minutes
            socket.create_connection((host, int(port)), timeout=_SECONDS_TO_ANSWER).close()
        with _silenced():
            ray.init(
                address or "local",
                include_dashboard=None if address else False,
                log_to_driver=False,
                logging_level=logging.CRITICAL,
                runtime_env={"env_vars": passed_on} if address else None,
            )
    except (OSError, ValueError, RuntimeError) as error:
        raise CurateError(
            f"no Ray cluster at {address or 'this machine'}: {str(error).splitlines()[0]}",
            hint="start one with: ray start --head, then give its --address, or auto",
        ) from None


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
    for name in ("ray", "ray.data"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _packed(parcels: list[Parcel]) -> pyarrow.Table:
    return pyarrow.table({"parcel": [pickle.dumps(parcel) for parcel in parcels]})


def _unpacked(table: pyarrow.Table) -> list[Parcel]:
    return [pickle.loads(parcel) for parcel in table["parcel"].to_pylist()]


class _Articles(Datasource):  # type: ignore[misc]
    """The one task that reads."""

    def __init__(self, read: Callable[[], Iterator[Parcel]]) -> None:
        self._read = read
        self._folder = Path.cwd()

    def get_name(self) -> str:
        return "articles"

    def estimate_inmemory_data_size(self) -> int | None:
        return None

    def get_read_tasks(self, *_: Any, **__: Any) -> list[ReadTask]:
        read, folder = self._read, self._folder

        def tables() -> Iterator[pyarrow.Table]:
            os.chdir(folder)
            for parcel in read():
                yield _packed([parcel])

        nothing_known = BlockMetadata(
            num_rows=None, size_bytes=None, input_files=None, exec_stats=None
        )
        return [ReadTask(tables, nothing_known)]


class _Worker:
    """Holds the model, which is loaded with the first articles: an error can be told from there."""

    def __init__(self, baseline: Baseline) -> None:
        self._baseline = baseline
        self._pipeline: Pipeline | None = None

    def __call__(self, table: pyarrow.Table) -> pyarrow.Table:
        return _packed([self._suggested(parcel) for parcel in _unpacked(table)])

    def _suggested(self, parcel: Parcel) -> Parcel:
        if not isinstance(parcel, Portion) or not parcel.documents:
            return parcel
        try:
            self._pipeline = self._pipeline or self._baseline.load()
            found = self._pipeline.suggest_batch(parcel.documents, self._baseline.schema)
        except CurateError as error:
            return Failure(error)
        lines = tuple(document.to_line() for document in found)
        return replace(parcel, documents=(), lines=lines)
