"""Whose annotations are: pseudonyms of annotators and of those who edited last."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from curation.annotations.record import AnnotatorKind
from curation.files import Json
from curation.labelstudio.pull.annotation_uid import annotation_uid
from curation.labelstudio.pull.imported import is_imported
from curation.labelstudio.pull.last_editor import LastEditors, account_number
from curation.state.pseudonyms import NO_ACCOUNT, pseudonym_of_lone_annotation

Pseudonym = Callable[[int, str], str]


@dataclass(frozen=True, kw_only=True)
class AnnotatorNames:
    """
    How annotators are named.

    *pseudonym* turns an account's number and e-mail into the name to publish, *pseudonym_by_uid* the
    uid of an annotation of whose account the server says nothing any more; *kind* says of such a name
    whether it is a person's. *editors* knows who last changed the annotations that a program of ours
    was the last to write.
    """

    pseudonym: Pseudonym
    kind: Callable[[str], AnnotatorKind]
    pseudonym_by_uid: Callable[[str], str] = pseudonym_of_lone_annotation
    editors: LastEditors = field(default_factory=LastEditors)


@dataclass(frozen=True, kw_only=True)
class AnnotationPeople(AnnotatorNames):
    """The people behind the annotations of the server at *url*; *accounts* gives e-mail addresses by account number."""

    url: str
    accounts: Mapping[int, str]

    def account(self, raw: Json) -> str:
        """The same for all annotations of one account; who only skipped gets no pseudonym."""
        account = account_number(raw.get("completed_by"))
        if account == NO_ACCOUNT or is_imported(raw):
            return self.pseudonym_by_uid(annotation_uid(raw, self.url))
        return str(account)

    def annotator(self, raw: Json) -> str:
        """
        The pseudonym of an annotation's annotator.

        An import names anybody as the annotator, and nobody is named where the account was deleted:
        then gold/next may know whose the annotation is.
        """
        account = account_number(raw.get("completed_by"))
        if account == NO_ACCOUNT or is_imported(raw):
            return self.pseudonym_by_uid(annotation_uid(raw, self.url))
        return self._name(account)

    def editor(self, raw: Json, annotator: str) -> str | None:
        """The pseudonym of who edited last, empty where the *annotator* did, None where nobody knows."""
        if not (self.editors.is_ours(raw) or account_number(raw.get("updated_by"))):
            return None
        account = self.editors.editor(raw)
        if account == NO_ACCOUNT:
            return None
        editor = self._name(account)
        return "" if editor == annotator else editor

    def is_rewritten(self, raw: Json) -> bool:
        """Whether a program of ours changed the annotation after its annotator's last Update."""
        annotator = account_number(raw.get("completed_by"))
        return self.editors.is_ours(raw) and account_number(raw.get("updated_by")) != annotator

    def _name(self, account: int) -> str:
        """The pseudonym of an account."""
        return self.pseudonym(account, self.accounts.get(account, ""))
