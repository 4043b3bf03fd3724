"""Whose an annotation is: pseudonyms of a server's accounts, found again in gold/next where they are lost here."""

from collections.abc import Mapping
from functools import cached_property

from curation.annotations.record import AnnotatorKind, kind_of_pseudonym
from curation.files import Json
from curation.gold.working.version import AnnotationAccount, WorkingVersion
from curation.labelstudio.pull.annotation_people import AnnotatorNames
from curation.labelstudio.pull.annotation_uid import annotation_uid, server_hash
from curation.labelstudio.pull.imported import is_imported
from curation.labelstudio.pull.last_editor import account_number, load_last_editors
from curation.labelstudio.server.port import Studio
from curation.state import Pseudonyms, State
from curation.state.pseudonyms import NO_ACCOUNT, pseudonym_of_lone_annotation


class KnownAnnotators:
    """
    The pseudonyms of a server's accounts; gold/next is asked before a new one is given.

    Where gold/next has the pseudonym of an annotator whom nobody here knows, the server has some
    annotation with a uid that gold/next knows, and the annotation's account is that annotator's.
    """

    def __init__(
        self, studio: Studio, title: str, working: WorkingVersion, annotators: Pseudonyms
    ) -> None:
        self._annotators = annotators
        self._studio = studio
        self._title = title
        self._working = working
        self._was_asked = False
        self._named_by_uid: dict[str, AnnotatorKind] = {}

    def names(self, state: State) -> AnnotatorNames:
        """How the annotators of the project are named, and who edited last what a program of ours wrote."""
        return AnnotatorNames(
            pseudonym=self.pseudonym,
            pseudonym_by_uid=self.pseudonym_by_uid,
            kind=self.kind,
            editors=load_last_editors(state, self._studio.url, self._title),
        )

    def pseudonym(self, number: int, email: str) -> str:
        """The pseudonym of the account with this number."""
        is_known = self._annotators.find(number, email)
        if not (self._was_asked or is_known) and self._unknown_pseudonyms:
            self._was_asked = True
            self._adopt_from_gold()
        return self._annotators(number, email)

    @cached_property
    def merged_pseudonym(self) -> str:
        """The one pseudonym that an older ``curate`` gave to all deleted accounts; empty if it gave none."""
        return self._annotators.find(NO_ACCOUNT, "")

    def pseudonym_by_uid(self, uid: str) -> str:
        """
        The pseudonym of the annotator of an annotation whose account was deleted.

        Whoever is in gold/next keeps pseudonym and kind. Of the others nothing is left: each
        annotation has an annotator of its own, since nobody knows which two were one.
        """
        known = self._accounts_by_uid.get(uid)
        if known is None or known.pseudonym == self.merged_pseudonym:
            return pseudonym_of_lone_annotation(uid)
        self._named_by_uid[known.pseudonym] = known.kind
        return known.pseudonym

    def kind(self, pseudonym: str) -> AnnotatorKind:
        """Whether a pseudonym is a person's, a program's, or nobody knows."""
        return self._named_by_uid.get(pseudonym) or self._annotators.kind(pseudonym)

    def email(self, pseudonym: str) -> str:
        """The e-mail address of an annotator's account; empty where it is unknown, or gone from the server."""
        email = self._annotators.email(pseudonym)
        return email if email in self._emails_now else ""

    @property
    def has_new_pseudonyms(self) -> bool:
        """Whether somebody got a new pseudonym while the gold has some that are nobody's here."""
        if not (self._annotators.is_first_use and self._annotators.new_count):
            return False
        servers = {"", server_hash(self._studio.url)}
        return any(
            account.server in servers
            and account.pseudonym not in self._named_by_uid
            and not self._annotators.is_used(account.pseudonym)
            for facts in self._working.facts.values()
            for account in facts.accounts
        )

    @cached_property
    def _emails_now(self) -> frozenset[str]:
        """The e-mail addresses of the accounts that the server has."""
        return frozenset(email.lower() for email in self._studio.accounts().values())

    @cached_property
    def _unknown_pseudonyms(self) -> frozenset[str]:
        """The pseudonyms that gold/next has of Label Studio's accounts, and that are nobody's here."""
        pseudonyms = {
            pseudonym
            for facts in self._working.facts.values()
            for account in facts.accounts
            if account.server is not None
            for pseudonym in (account.pseudonym, account.editor)
            if pseudonym
        }
        return frozenset(
            pseudonym for pseudonym in pseudonyms if not self._annotators.is_used(pseudonym)
        )

    @cached_property
    def _accounts_by_uid(self) -> Mapping[str, AnnotationAccount]:
        """Whose annotations gold/next has, by their uids."""
        return {
            account.uid: account
            for facts in self._working.facts.values()
            for account in facts.accounts
        }

    def _adopt_from_gold(self) -> None:
        """Look through the projects that gold/next names for annotations that it knows."""
        known: dict[str, AnnotationAccount] = {}
        titles = {self._title}
        for facts in self._working.facts.values():
            for found in facts.accounts:
                if {found.pseudonym, found.editor} & self._unknown_pseudonyms:
                    known[found.uid] = found
                    if found.project:
                        titles.add(found.project)
        emails = self._studio.accounts()
        for title in sorted(titles):
            project = self._studio.find_project(title)
            for task in self._studio.export(project.id) if project else ():
                for annotation in task["annotations"]:
                    uid = annotation_uid(annotation, self._studio.url)
                    if uid in known:
                        self._adopt(annotation, known[uid], emails)

    def _adopt(
        self, annotation: Json, known: AnnotationAccount, emails: Mapping[int, str]
    ) -> None:
        """Take over whose an annotation is, and who changed it last, from what gold/next says of it."""
        if is_imported(annotation):
            return  # the account is anybody's
        annotator = account_number(annotation.get("completed_by"))
        editor = account_number(annotation.get("updated_by"))
        if annotator:
            self._annotators.adopt(
                annotator, emails.get(annotator, ""), known.pseudonym, known.kind
            )
        if known.editor and editor not in (0, annotator):
            self._annotators.adopt(
                editor, emails.get(editor, ""), known.editor, kind_of_pseudonym(known.editor)
            )
