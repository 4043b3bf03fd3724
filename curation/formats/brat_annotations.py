"""brat's annotation files, read line by line."""

import re
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from curation.errors import Problem, Problems, abbreviate
from curation.files import Json, read_text
from curation.formats.losses import WITH_LOST_END, Losses, LossKind

DISCONTINUOUS = LossKind(
    "entity", "left out, as it has words between its parts that aren't its own"
)
OTHER_LINES = {
    "*": LossKind("equivalence", "left out, as it has no direction and no type of ours"),
    "E": LossKind("event", "left out; its trigger is an entity"),
    "A": LossKind("attribute", "left out"),
    "M": LossKind("attribute", "left out"),
    "N": LossKind("normalization", "left out"),
    "#": LossKind("note", "left out"),
}
EVENT_RELATIONS = LossKind("relation", "left out, as it joins an event")

_TEXT_BOUND = re.compile(
    r"(T\S+)\t(\S+) ([0-9]{1,12} [0-9]{1,12}(?:;[0-9]{1,12} [0-9]{1,12})*)\t(.*)", re.DOTALL
)
_RELATION = re.compile(r"(R\S+)\t(\S+) (\S+):(\S+) (\S+):(\S+)\s*", re.DOTALL)


@dataclass
class BratAnnotations:
    """
    The lines of an annotation file, as entities and relations of the interchange format.

    *left_out* are the ids of entities that we can't hold.
    """

    path: Path
    text: str
    losses: Losses
    problems: Problems
    entities: dict[str, Json] = field(default_factory=dict)
    relations: list[Json] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)

    def read(self) -> None:
        """Read all lines: what is wrong is a problem, what we can't hold a loss."""
        relations: list[tuple[int, re.Match[str]]] = []
        ids: set[str] = set()
        for number, line in enumerate(read_text(self.path).split("\n"), start=1):
            line = line.removesuffix("\r")
            identity = line.split("\t", 1)[0]
            if not line.strip():
                continue
            if identity in ids and identity != "*":
                self._problem(number, f"duplicate id {identity!r}")
            elif found := _TEXT_BOUND.fullmatch(line):
                self._entity(number, found)
            elif found := _RELATION.fullmatch(line):
                relations.append((number, found))
            elif line[0] in OTHER_LINES and "\t" in line:
                self.losses.add(OTHER_LINES[line[0]], str(self.path))
            else:
                self._problem(number, f"{abbreviate(line)} is no line that brat writes")
            ids.add(identity)
        for number, found in relations:
            self._relation(number, found)

    def _problem(self, number: int, what: str) -> None:
        self.problems.append(Problem(f"{self.path}:{number}", what))

    def _entity(self, number: int, found: re.Match[str]) -> None:
        identity, label, places, words = found.groups()
        fragments = [
            (int(start), int(end))
            for start, end in (one.split(" ") for one in places.split(";"))
        ]
        marked = " ".join(self.text[start:end] for start, end in fragments)
        if words.rstrip() != marked.rstrip():
            what = f"{identity} says {abbreviate(words)}, but the text at {places} is {abbreviate(marked)}"
            self._problem(number, what)
            self.left_out.add(identity)
            return
        fragments.sort()
        gaps = [self.text[end:start] for (_, end), (start, _) in pairwise(fragments)]
        if any(gap.strip() for gap in gaps):
            self.left_out.add(identity)
            self.losses.add(DISCONTINUOUS, f"{self.path}:{number}")
            return
        start, _ = fragments[0]
        _, end = fragments[-1]
        self.entities[identity] = {"id": identity, "start": start, "end": end, "label": label}

    def _relation(self, number: int, found: re.Match[str]) -> None:
        identity, label, first_role, first, second_role, second = found.groups()
        if (first_role, second_role) == ("Arg2", "Arg1"):
            first, second = second, first
        for end in (first, second):
            if end in self.left_out or end.startswith("E"):
                kind = EVENT_RELATIONS if end.startswith("E") else WITH_LOST_END
                self.losses.add(kind, f"{self.path}:{number}")
                return
            if end not in self.entities:
                self._problem(
                    number, f"{identity} joins {end!r}, which is no entity of this file"
                )
                return
        self.relations.append({"head": first, "tail": second, "label": label})
