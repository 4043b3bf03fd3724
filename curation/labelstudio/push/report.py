"""What a push did, or would do, in numbers and names."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from curation.errors import Problem
from curation.labelstudio.push.dealing import Dealing
from curation.labelstudio.push.ledger import PushLedger
from curation.labelstudio.push.left_out import LeftOut
from curation.labelstudio.push.overlap import OverlapChanges


@dataclass(frozen=True, slots=True, kw_only=True)
class PushReport:
    """
    What a push did, or would do.

    *created*, *updated* and *unchanged* count documents. *begun* counts documents whose
    suggestions changed and were not replaced, because an annotator has begun. *hidden* counts
    tasks of other documents whose suggestions are of a model that is no longer shown. *stamped*
    counts tasks that nobody has begun, and that had no stamp, or that of another schema.
    *corrected* counts the updated documents whose article has another text than was pushed: their
    tasks, which nobody had begun, are made anew.
    *superseding* gives, for each new corrected article that names one, the document that it takes
    the place of; *superseding_unknown* those that name a document which nobody knows.
    *blind* counts the created documents that come without suggestions, though they have some;
    *dealing* is how the project's documents are dealt out, *overlap* what that changed of the tasks
    that were there. *left_out* are documents that get no task, as they are out of the gold.
    *duplicates* counts tasks that repeated another one, were begun by nobody, and are deleted.
    *refused* are documents that were not sent. *config_changes* says in words what changed in
    the project's config. *trimmed* are spans that were sent without the white space at their
    edges. *ledger* is what the next push should be given, None where nothing in
    it changed.
    """

    project: str
    link: str
    created: int
    updated: int = 0
    unchanged: int = 0
    begun: int = 0
    hidden: int = 0
    corrected: int = 0
    superseding: Mapping[str, str] = field(default_factory=dict)
    superseding_unknown: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, LeftOut] = field(default_factory=dict)
    duplicates: int = 0
    stamped: int = 0
    blind: int = 0
    dealing: Dealing = field(default_factory=Dealing)
    overlap: OverlapChanges = field(default_factory=OverlapChanges)
    refused: tuple[Problem, ...] = ()
    config_changes: tuple[str, ...] = ()
    trimmed: tuple[Problem, ...] = ()
    ledger: PushLedger | None = None
