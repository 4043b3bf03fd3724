"""How documents are dealt out: for how many annotators each is, and which come without suggestions."""

import hashlib
import re
from dataclasses import dataclass, replace

from curation.errors import UsageError

# With another salt, a document's place in one order says nothing of its place in the other.
OVERLAP_SALT = "overlap"
BLIND_SALT = "blind"

# How much of the hash a place is made of, in bits: a float holds no more exactly.
_BITS = 53

# The line of a project's description that says how its documents are dealt out, for whoever pushes next,
# begins like this.
PUSH = "curate push"
_LINE = re.compile(rf"^{PUSH}( --.*)$", re.MULTILINE)
_OPTION = re.compile(r" --(overlap|overlap-share|blind-share) ([0-9.e-]+)| --(blind)\b")


def place_of(group: str, salt: str) -> float:
    """A number from 0 up to 1 that stays the same for the group, and is like a random one among groups."""
    digest = hashlib.sha256(f"{salt}\0{group}".encode()).digest()
    return (int.from_bytes(digest[:8]) >> (64 - _BITS)) / (1 << _BITS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dealing:
    """
    How a project's documents are dealt out.

    *overlap_share* of the documents are for *overlap* annotators each, the others for one;
    an *overlap* of None leaves it to the project. *blind_share* of the documents come without
    suggestions. A document is chosen by its group's place, so it stays chosen where others come, and
    where a share grows.
    """

    overlap: int | None = None
    overlap_share: float = 1.0
    blind_share: float = 0.0

    @property
    def is_blind(self) -> bool:
        """Whether every document comes without suggestions."""
        return self.blind_share == 1

    @property
    def project_overlap(self) -> int | None:
        """The number of annotators that a new task of the project is for, until it gets its own."""
        return self.overlap if self.overlap_share == 1 or self.overlap is None else 1

    def overlap_of(self, group: str) -> int:
        """For how many annotators the documents of the group are; 1 where it is left to the project."""
        chosen = place_of(group, OVERLAP_SALT) < self.overlap_share
        return self.overlap or 1 if chosen else 1

    def deals_blind(self, group: str) -> bool:
        """Whether new documents of the group come without suggestions."""
        return place_of(group, BLIND_SALT) < self.blind_share

    def as_options(self) -> str:
        """The options of ``curate push`` that say the same; empty where nothing is dealt out."""
        options: list[str] = []
        if self.overlap is not None:
            options.append(f" --overlap {self.overlap}")
            if self.overlap_share != 1:
                options.append(f" --overlap-share {self.overlap_share!r}")
        if self.is_blind:
            options.append(" --blind")
        elif self.blind_share:
            options.append(f" --blind-share {self.blind_share!r}")
        return "".join(options)

    def in_description(self, description: str) -> str:
        """A project's *description* that says this; the rest of it stays."""
        others = _LINE.sub("", description).strip()
        options = self.as_options()
        line = f"{PUSH}{options}" if options else ""
        return "\n".join(filter(None, (others, line)))


def dealing_in(description: str) -> Dealing:
    """The dealing that a project's *description* says; that of nothing where it says none."""
    found = _LINE.search(description)
    dealing = Dealing()
    for name, value, blind in _OPTION.findall(found[1]) if found else ():
        if blind:
            dealing = replace(dealing, blind_share=1.0)
        elif name == "overlap":
            dealing = replace(dealing, overlap=int(value))
        elif name == "overlap-share":
            dealing = replace(dealing, overlap_share=float(value))
        else:
            dealing = replace(dealing, blind_share=float(value))
    return dealing


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedDealing:
    """
    What a push is asked to deal out; what is None stays as the last push to the project said.

    *blind*: the whole project is without suggestions.
    """

    overlap: int | None = None
    overlap_share: float | None = None
    blind_share: float | None = None
    blind: bool = False

    def after(self, before: Dealing) -> Dealing:
        """
        The dealing where *before* was that of the project.

        Raises UsageError for a share of documents for several annotators without their number.
        """
        overlap = before.overlap if self.overlap is None else self.overlap
        share = before.overlap_share if self.overlap_share is None else self.overlap_share
        blind_share = before.blind_share if self.blind_share is None else self.blind_share
        if self.overlap_share is not None and (overlap or 1) == 1:
            raise UsageError(
                f"--overlap-share {self.overlap_share:g}: for how many annotators the chosen "
                "documents are isn't said",
                hint=f"curate push --overlap 2 --overlap-share {self.overlap_share:g}",
            )
        return Dealing(
            overlap=overlap,
            overlap_share=1.0 if overlap is None else share,
            blind_share=1.0 if self.blind else blind_share,
        )
