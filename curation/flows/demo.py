"""``curate demo``: the whole loop, once, on the shipped articles and a real local Label Studio."""

from dataclasses import dataclass
from pathlib import Path

from curation.articles import read_articles
from curation.default_project import DEMO_PROJECT
from curation.documents.document import Document
from curation.errors import InputError
from curation.files import write_lines
from curation.flows.evaluate import Evaluation, report_page, score_predictions
from curation.flows.evaluate_predictions import Predictions
from curation.flows.pull import PullReport, pull
from curation.flows.push import push
from curation.gold.scored_gold import read_gold_set
from curation.gold.sealed.versions import newest_version
from curation.gold.working.version import NEXT
from curation.labelstudio.push.replay import ReplayReport, replay
from curation.labelstudio.push.report import PushReport
from curation.labelstudio.server.client import HttpStudio
from curation.localserver.accounts import LocalServer, add_user
from curation.localserver.install import Say
from curation.localserver.run import start_server
from curation.preannotate import suggest_all
from curation.preannotate.model_files import chosen_model
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.schema.folder import read_schema_in
from curation.scoring.results import Scores
from curation.workspace import Workspace

DEMO_REPORT = "report.html"

# An address that can belong to nobody, and a name that nobody takes for a person's.
REPLAYER_ADDRESS = "replay-program@curate.invalid"
REPLAYER_NAMES = ("Replay", "(a program, not a person)")


@dataclass(frozen=True, kw_only=True)
class SuggestedArticles:
    """The articles with the baseline's suggestions, and the file that has them."""

    documents: tuple[Document, ...]
    file: Path

    @property
    def entities(self) -> int:
        """How many entities are suggested in all."""
        return sum(len(document.entities) for document in self.documents)

    @property
    def relations(self) -> int:
        """How many relations are suggested in all."""
        return sum(len(document.relations) for document in self.documents)


class Demo:
    """
    The steps up → suggest → push → replay → pull → evaluate, called in this order.

    Works under ``.curate/demo`` and in a project of its own, so that it neither needs nor touches
    anything else; a second run finds all of it done.
    """

    def __init__(
        self, source: Workspace, seeds: Path, schema: Schema, *, watch: Watch = unwatched
    ) -> None:
        self.workspace = Workspace(
            source.home / "demo" / "gold", source.home / "demo", config=source.config
        )
        self.report_file = source.home / DEMO_REPORT
        self.replayer = " ".join(REPLAYER_NAMES)
        self._source = source
        self._seeds = seeds
        self._schema = schema
        self._watch = watch

    @classmethod
    def of(cls, source: Workspace, seeds: Path, *, watch: Watch = unwatched) -> "Demo":
        """
        The demo of the shipped articles and the shipped gold.

        Raises InputError, SchemaError or ModelError where something that it needs is missing, before
        anything is installed or started.
        """
        schema = read_schema_in(source.config)
        missing = [str(seeds)] if not seeds.is_dir() else []
        if not newest_version(source.gold):
            missing.append(str(source.gold))
        if missing:
            raise InputError(
                "the demo needs the shipped articles and gold, and this folder has no "
                f"{' and no '.join(missing)}",
                hint="type make demo in the source of curate; in a folder of your own begin "
                "with: curate up",
            )
        chosen_model(schema)
        return cls(source, seeds, schema, watch=watch)

    def start_server(self, *, say: Say) -> tuple[LocalServer, bool]:
        """The local Label Studio, and whether it was started just now."""
        self._local, is_new = start_server(
            self._source.server_home, self._source.server_environment, say=say
        )
        self._studio = HttpStudio(self._local.url, self._local.token)
        return self._local, is_new

    def suggest(self) -> SuggestedArticles:
        """The shipped articles with the baseline's suggestions, also in a file."""
        suggested = suggest_all(read_articles([self._seeds]), self._schema)
        self._documents = tuple(self._watch(suggested, "pre-annotating", None))
        file = self.workspace.home / "suggestions.jsonl"
        write_lines(file, (document.to_line() for document in self._documents))
        return SuggestedArticles(documents=self._documents, file=file)

    def push(self) -> PushReport:
        """Send the suggestions to the demo's project."""
        return push(
            self._studio,
            self.workspace,
            self._documents,
            self._schema,
            title=DEMO_PROJECT,
            watch=self._watch,
        )

    def replay(self) -> ReplayReport:
        """Submit the shipped gold, as a program with an account of its own."""
        token = add_user(self._local, REPLAYER_ADDRESS, *REPLAYER_NAMES)
        return replay(
            HttpStudio(self._local.url, token),
            read_gold_set(self._source.gold, None, self._schema).documents,
            self._schema,
            title=DEMO_PROJECT,
            watch=self._watch,
        )

    def pull(self) -> PullReport:
        """Bring what was submitted into the demo's own gold/next."""
        self._pulled = pull(
            self._studio, self.workspace, self._schema, title=DEMO_PROJECT, watch=self._watch
        )
        return self._pulled

    def evaluate(self, *, seed: int) -> tuple[Scores, str]:
        """The suggestions scored against what was pulled, and the report page."""
        truth = read_gold_set(self.workspace.gold, NEXT, self._schema)
        ids = {document.id for document in truth.documents}
        suggested = Predictions(
            tuple(document for document in self._documents if document.id in ids)
        )
        scores = score_predictions(truth, suggested, self._schema, seed=seed)
        evaluation = Evaluation(scores=scores, truth=truth, predictions=suggested)
        return scores, report_page(evaluation, self.workspace, self._schema)
