"""Types that gold/next has and the schema doesn't: taken out of schema.toml while they were in use."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from curation.checks.against_schema import unknown_type_in
from curation.default_project import DEFAULT_PROJECT, in_project
from curation.errors import Problem, pluralise
from curation.gold.working.version import WorkingVersion
from curation.schema.type_change import TypeTable


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownType:
    """
    A name that the schema doesn't have, and what still has that name.

    *marks* counts spans or arrows in the annotations and verdicts of *documents*, those of gold/next;
    *on_server* are documents whose annotations in Label Studio have a problem with the name, and *link* leads to the first.
    """

    name: str
    table: TypeTable
    marks: int = 0
    documents: tuple[str, ...] = ()
    on_server: tuple[str, ...] = ()
    link: str = ""

    def __str__(self) -> str:
        """What is said of the type where no project is named."""
        return self.in_words(DEFAULT_PROJECT)

    def in_words(self, project: str) -> str:
        """One paragraph: who has the type, and what to type."""
        kind, mark = (
            ("entity type", "span") if self.table == "entities" else ("relation", "arrow")
        )
        places = []
        if self.marks:
            documents = pluralise(len(self.documents), "document")
            places.append(f"{pluralise(self.marks, mark)} in {documents} of gold/next")
        if self.on_server:
            documents = pluralise(len(self.on_server), "document")
            places.append(f"annotations of {documents} in Label Studio")
        first = sorted({*self.documents, *self.on_server})[0]
        has = "has" if self.marks == 1 and not self.on_server else "have"
        return (
            f"{self.name} is no {kind} of schema.toml, and {' and '.join(places)} still {has} it "
            f"(the first: {first}); put {self.name} back, or take it off everywhere: "
            f"{in_project(f'curate schema remove {self.name}', project)} (with --into OTHER, make it another type)"
        )


def find_unknown_types(
    working: WorkingVersion, problems: Iterable[Problem] = ()
) -> tuple[UnknownType, ...]:
    """The types that gold/next has and the schema doesn't, and those that *problems* of annotations are about."""
    marks: Counter[tuple[TypeTable, str]] = Counter()
    documents: dict[tuple[TypeTable, str], list[str]] = {}
    for facts in working.all_facts():
        for table, counts in facts.unknown_types.items():
            for name, count in counts.items():
                marks[table, name] += count
                documents.setdefault((table, name), []).append(facts.document)
    found = {
        key: UnknownType(
            name=key[1], table=key[0], marks=count, documents=tuple(sorted(documents[key]))
        )
        for key, count in marks.items()
    }
    on_server: dict[tuple[TypeTable, str], dict[str, str]] = {}
    for problem in problems:
        if key := unknown_type_in(problem):
            document = problem.place.partition(", ")[0]
            on_server.setdefault(key, {}).setdefault(document, problem.link)
    for key, links in on_server.items():
        one = found.get(key, UnknownType(name=key[1], table=key[0]))
        found[key] = replace(one, on_server=tuple(links), link=next(iter(links.values())))
    return tuple(found[key] for key in sorted(found))


def without_unknown_types(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems that are about something else."""
    return tuple(problem for problem in problems if unknown_type_in(problem) is None)
