"""Every table of ``.curate/state.sqlite``, and how a file made by an older curate becomes one of today."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping

# "cura", in the header of the file: whose it is.
APPLICATION_ID = 0x63757261

# The statements that lead from each version to the next. A version that was released never
# changes; what changes is added as the next one. All tables are WITHOUT ROWID: the table is
# then its own index, and reading it through, in the order of its key, reads all of it.
MIGRATIONS = (
    """
    CREATE TABLE sums (
        name TEXT PRIMARY KEY,
        sha256 TEXT NOT NULL
    ) WITHOUT ROWID;

    CREATE TABLE annotators (
        pseudonym TEXT PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('person', 'program', 'unknown'))
    ) WITHOUT ROWID;

    CREATE TABLE accounts (
        key TEXT PRIMARY KEY,
        pseudonym TEXT NOT NULL REFERENCES annotators
    ) WITHOUT ROWID;

    CREATE TABLE notes (
        server TEXT NOT NULL,
        uid TEXT NOT NULL,
        document TEXT NOT NULL,
        annotator TEXT NOT NULL,
        text TEXT NOT NULL,
        PRIMARY KEY (server, uid)
    ) WITHOUT ROWID;

    CREATE TABLE projects (
        key TEXT PRIMARY KEY,
        url TEXT,
        title TEXT
    ) WITHOUT ROWID;

    CREATE TABLE unfinished (
        what TEXT NOT NULL,
        project TEXT NOT NULL REFERENCES projects,
        PRIMARY KEY (what, project)
    ) WITHOUT ROWID;

    CREATE TABLE cursors (
        project TEXT PRIMARY KEY REFERENCES projects,
        since TEXT NOT NULL,
        tasks INTEGER NOT NULL,
        link TEXT NOT NULL
    ) WITHOUT ROWID;

    CREATE TABLE documents (
        project TEXT NOT NULL REFERENCES cursors ON DELETE CASCADE,
        document TEXT NOT NULL,
        task INTEGER,
        deleted INTEGER NOT NULL DEFAULT 0,
        emptied INTEGER NOT NULL DEFAULT 0,
        returned INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (project, document)
    ) WITHOUT ROWID;

    CREATE TABLE problems (
        project TEXT NOT NULL REFERENCES cursors ON DELETE CASCADE,
        document TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('problem', 'remark')),
        number INTEGER NOT NULL,
        place TEXT NOT NULL,
        what TEXT NOT NULL,
        link TEXT NOT NULL,
        who TEXT NOT NULL,
        PRIMARY KEY (project, document, kind, number)
    ) WITHOUT ROWID;

    CREATE TABLE again (
        project TEXT NOT NULL REFERENCES cursors ON DELETE CASCADE,
        task INTEGER NOT NULL,
        document TEXT NOT NULL,
        PRIMARY KEY (project, task)
    ) WITHOUT ROWID;

    CREATE TABLE seen (
        project TEXT NOT NULL REFERENCES cursors ON DELETE CASCADE,
        task INTEGER NOT NULL,
        time TEXT NOT NULL,
        PRIMARY KEY (project, task)
    ) WITHOUT ROWID;

    CREATE TABLE ledgers (
        project TEXT PRIMARY KEY REFERENCES projects,
        identity TEXT NOT NULL,
        rules TEXT NOT NULL,
        tasks INTEGER NOT NULL,
        last INTEGER NOT NULL,
        newest TEXT NOT NULL
    ) WITHOUT ROWID;

    CREATE TABLE suggestions (
        project TEXT NOT NULL REFERENCES ledgers ON DELETE CASCADE,
        number INTEGER NOT NULL,
        version TEXT NOT NULL,
        count INTEGER NOT NULL,
        latest TEXT NOT NULL,
        PRIMARY KEY (project, number)
    ) WITHOUT ROWID;

    CREATE TABLE settled (
        project TEXT NOT NULL REFERENCES ledgers ON DELETE CASCADE,
        digest TEXT NOT NULL,
        document TEXT NOT NULL,
        version TEXT NOT NULL,
        task INTEGER NOT NULL,
        PRIMARY KEY (project, digest)
    ) WITHOUT ROWID;

    CREATE TABLE last_editors (
        project TEXT NOT NULL REFERENCES projects,
        annotation INTEGER NOT NULL,
        account INTEGER NOT NULL,
        result_sha256 TEXT NOT NULL,
        PRIMARY KEY (project, annotation)
    ) WITHOUT ROWID;

    CREATE TABLE next_folders (
        folder TEXT PRIMARY KEY,
        basis TEXT NOT NULL
    ) WITHOUT ROWID;

    CREATE TABLE next_files (
        folder TEXT NOT NULL,
        name TEXT NOT NULL,
        size INTEGER NOT NULL,
        modified INTEGER NOT NULL,
        changed INTEGER NOT NULL,
        document TEXT NOT NULL,
        state TEXT NOT NULL,
        reason TEXT NOT NULL,
        reopened INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        accounts TEXT NOT NULL,
        PRIMARY KEY (folder, name)
    ) WITHOUT ROWID;

    CREATE TABLE next_absent (
        folder TEXT NOT NULL,
        document TEXT NOT NULL,
        why TEXT NOT NULL CHECK (why IN ('lost', 'dropped')),
        name TEXT NOT NULL,
        PRIMARY KEY (folder, document, why)
    ) WITHOUT ROWID;
    """,
)

# SQLite's own table of tables.
_TABLE_LIST = "sqlite_master"

# Rows that are read and hashed at once.
_ROWS_AT_ONCE = 1000

# A file that is damaged may hold bytes where a text should be.
_ROWS = json.JSONEncoder(default=repr)


def project_key(url: str, title: str) -> str:
    """What stands for one project of one server, also in the names of its lock files."""
    readable = "".join(c if c.isascii() and c.isalnum() else "-" for c in title)[:40]
    return f"{readable}-{hashlib.sha256(f'{url} {title}'.encode()).hexdigest()[:8]}"


def enter_project(connection: sqlite3.Connection, url: str, title: str) -> str:
    """The key of a project, which has a row from now on."""
    key = project_key(url, title)
    connection.execute(
        "INSERT INTO projects VALUES (?, ?, ?)"
        " ON CONFLICT (key) DO UPDATE SET url = excluded.url, title = excluded.title",
        [key, url, title],
    )
    return key


def insert_rows(
    connection: sqlite3.Connection, table: str, rows: Iterable[Mapping[str, object]]
) -> None:
    """Add rows, each a value by column; all have the columns of the first."""
    rows = iter(rows)
    first = next(rows, None)
    if first is None:
        return
    columns = ", ".join(first)
    values = ", ".join(f":{column}" for column in first)
    statement = f"INSERT INTO {table} ({columns}) VALUES ({values})"
    connection.execute(statement, first)
    connection.executemany(statement, rows)


def tables_version(connection: sqlite3.Connection) -> int:
    """Which version its tables are of."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the tables to today's version, in the transaction that is open."""
    version = tables_version(connection)
    for script in MIGRATIONS[version:]:
        for statement in filter(str.strip, script.split(";")):
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    write_checksums(connection, table_names(connection))


def table_names(connection: sqlite3.Connection) -> set[str]:
    """The tables that there are, their own list included, but for the one with the sums."""
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {name for (name,) in found} - {"sums"} | {_TABLE_LIST}


def write_checksums(connection: sqlite3.Connection, tables: Iterable[str]) -> None:
    """Keep what these tables hold now as a sum each, in the transaction that changed them."""
    for table in sorted(tables):
        connection.execute(
            "INSERT INTO sums VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET sha256 = excluded.sha256",
            [table, table_checksum(connection, table)],
        )


def table_checksum(connection: sqlite3.Connection, table: str) -> str:
    """The same for the same rows, in any version of Python and SQLite."""
    digest = hashlib.sha256()
    columns = "name, sql" if table == _TABLE_LIST else "*"  # not where in the file they are
    rows = connection.execute(f'SELECT {columns} FROM "{table}"')
    while some := rows.fetchmany(_ROWS_AT_ONCE):
        # One list, however many are read at once.
        digest.update(f"{_ROWS.encode(some)[1:-1]}, ".encode())
    return digest.hexdigest()


def is_whole(connection: sqlite3.Connection) -> bool:
    """
    Whether every table is what it was at the end of one and the same transaction.

    A copy made by ``cp`` while somebody writes can be a mix of two states, each page of which is
    sound. ``quick_check`` passes that; it finds pages that are lost or used twice. The sums find
    the mix, as all of them stand on one page.
    """
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    kept = dict(connection.execute("SELECT name, sha256 FROM sums"))
    return (
        found == "ok"
        and kept.keys() == table_names(connection)
        and all(table_checksum(connection, table) == kept[table] for table in kept)
    )
