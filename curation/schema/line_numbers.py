"""The line numbers of the tables and keys of a TOML file."""

import re

_HEADER = re.compile(r"^\s*\[(\[?)([^\[\]]+)\]")
_KEY = re.compile(r"^\s*([\w\"'.<> -]+?)\s*=")


def find_key_lines(text: str) -> dict[tuple[str, ...], int]:
    """
    The line (from 1) of each table header and of each key, by their path.

    Neither tomllib nor tomlkit gives line numbers. Headers and keys begin a line; multi-line
    strings, which may have lines that look alike, are skipped. What an array of tables has stands
    under its number, as in ``("authors", "0", "name")``.
    """
    lines: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    open_quotes = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if open_quotes:
            open_quotes = "" if open_quotes in line else open_quotes
            continue
        if header := _HEADER.match(line):
            table = _path(header[2])
            if header[1]:
                lines.setdefault(table, number)
                table = (
                    *table,
                    str(sum(key[:-1] == table and key[-1].isdigit() for key in lines)),
                )
            for depth in range(1, len(table) + 1):
                lines.setdefault(table[:depth], number)
            continue
        if key := _KEY.match(line):
            lines.setdefault((*table, *_path(key[1])), number)
        for quotes in ('"""', "'''"):
            if line.count(quotes) % 2:
                open_quotes = quotes
    return lines


def _path(dotted: str) -> tuple[str, ...]:
    parts: list[str] = re.findall(r"\"([^\"]*)\"|'([^']*)'|([^.\s\"']+)", dotted)
    return tuple("".join(part) for part in parts)
