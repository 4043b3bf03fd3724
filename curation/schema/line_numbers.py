"""Where in a TOML file each table and each key stands."""

import re

HEADER = re.compile(r"^\s*\[([^\[\]]+)\]")
KEY = re.compile(r"^\s*([\w\"'.<> -]+?)\s*=")


def key_lines(text: str) -> dict[tuple[str, ...], int]:
    """
    The line of each table header and of each key in it.

    tomllib keeps no lines. Headers and keys begin a line; only multi-line
    strings and lists could look like one, and those are passed over.
    """
    found: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    inside = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if inside:
            inside = "" if inside in line else inside
            continue
        if header := HEADER.match(line):
            table = _path(header[1])
            for depth in range(1, len(table) + 1):
                found.setdefault(table[:depth], number)
            continue
        if key := KEY.match(line):
            found.setdefault((*table, *_path(key[1])), number)
        for quotes in ('"""', "'''"):
            if line.count(quotes) % 2:
                inside = quotes
    return found


def _path(dotted: str) -> tuple[str, ...]:
    parts: list[str] = re.findall(r"\"([^\"]*)\"|'([^']*)'|([^.\s\"']+)", dotted)
    return tuple("".join(part) for part in parts)
