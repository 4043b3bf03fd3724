"""Markdown of the dataset card, in which hostile words stay words."""

import re
from collections.abc import Iterable, Mapping

# Between < and >, Markdown takes every other character as it is; in a table, all but | .
_HTTP = re.compile(r"https?://[^\s<>|\\`]+")


def escape_markdown(text: str) -> str:
    """Markdown on one line that is shown as *text*, also in a table."""
    shown = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return re.sub(r"([\\`*_{}\[\]<>#+|~&$])", r"\\\1", shown)


def code_words(text: str) -> str:
    """*text*, an id say, as code on one line, also in a table; a bar becomes a blank."""
    shown = "".join(c if c.isprintable() and c != "|" else " " for c in text)
    longest = max(map(len, re.findall("`+", shown)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {shown} {fence}" if longest else f"`{shown}`"


def is_web_address(text: str) -> bool:
    """Whether *text* is a plain address of a page, which Markdown can't take for anything else."""
    return bool(_HTTP.fullmatch(text))


def markdown_link(text: str, address: str) -> str:
    """*text* as a link; without one where *address* is no plain address of a page."""
    shown = escape_markdown(text)
    return f"[{shown}](<{address}>)" if is_web_address(address) else shown


def markdown_address(address: str) -> str:
    """An address that can be followed where it is one of a page, or of a mailbox; else its words."""
    if re.fullmatch(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", address):
        return f"[{escape_markdown(address)}](<mailto:{address}>)"
    return markdown_link(address, address)


def markdown_table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A table of cells that are Markdown already."""
    names = list(head)
    lines = [names, ["---"] * len(names), *([str(cell) for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def markdown_items(lines: Iterable[str]) -> str:
    """A list of lines that are Markdown already."""
    return "".join(f"- {line}\n" for line in lines)


def counted(counts: Mapping[str, int]) -> str:
    """``train 6, test 1``: names with their numbers, the largest first."""
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return ", ".join(f"{escape_markdown(name)} {number}" for name, number in ordered)
