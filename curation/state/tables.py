"""The tables of ``.curate/state.sqlite``, and the migrations from those of an older curate."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping

# "cura", in the header of the file, says that the file is curate's.
APPLICATION_ID = 0x63757261

# The statements that lead from each version of the tables to the next. A released version never
# changes; a change is added as the next version. All tables are WITHOUT ROWID: such a table is its
# own index, so that reading the table in the order of its key reads all of it.
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
    """
    ALTER TABLE cursors ADD COLUMN has_work INTEGER NOT NULL DEFAULT 0;

    CREATE TABLE work (
        project TEXT NOT NULL REFERENCES cursors ON DELETE CASCADE,
        task INTEGER NOT NULL,
        annotation INTEGER NOT NULL,
        document TEXT NOT NULL,
        account INTEGER NOT NULL,
        annotator TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('submitted', 'problem', 'skipped')),
        updated TEXT NOT NULL,
        seconds REAL,
        words INTEGER,
        unchanged INTEGER,
        flags TEXT NOT NULL,
        note TEXT NOT NULL,
        PRIMARY KEY (project, task, annotation)
    ) WITHOUT ROWID;
    """,
    # Types that the schema doesn't have; without a basis, all files are read anew.
    """
    ALTER TABLE next_files ADD COLUMN unknown TEXT NOT NULL DEFAULT '';
    DELETE FROM next_folders;
    """,
    """
    CREATE TABLE waiting (
        project TEXT NOT NULL REFERENCES cursors ON DELETE CASCADE,
        document TEXT NOT NULL,
        number INTEGER NOT NULL,
        place TEXT NOT NULL,
        what TEXT NOT NULL,
        link TEXT NOT NULL,
        who TEXT NOT NULL,
        PRIMARY KEY (project, document, number)
    ) WITHOUT ROWID;
    """,
    """
    CREATE TABLE told_keys (
        project TEXT NOT NULL REFERENCES cursors ON DELETE CASCADE,
        key TEXT NOT NULL,
        PRIMARY KEY (project, key)
    ) WITHOUT ROWID;
    """,
    # Whether there is a verdict; without a basis, all files are read anew.
    """
    ALTER TABLE next_files ADD COLUMN verdict INTEGER NOT NULL DEFAULT 0;
    DELETE FROM next_folders;
    """,
    # How the tasks were dealt out, as options of a push.
    """
    ALTER TABLE ledgers ADD COLUMN dealing TEXT NOT NULL DEFAULT '';
    """,
    # What the last pull of an adjudicators' project saw, and what was wrong with verdicts.
    """
    CREATE TABLE verdict_tasks (
        project TEXT NOT NULL REFERENCES projects,
        task INTEGER NOT NULL,
        time TEXT NOT NULL,
        PRIMARY KEY (project, task)
    ) WITHOUT ROWID;

    CREATE TABLE verdict_problems (
        project TEXT NOT NULL REFERENCES projects,
        document TEXT NOT NULL,
        number INTEGER NOT NULL,
        place TEXT NOT NULL,
        what TEXT NOT NULL,
        link TEXT NOT NULL,
        who TEXT NOT NULL,
        PRIMARY KEY (project, document, number)
    ) WITHOUT ROWID;
    """,
    # What the last `curate adjudicate` left in an adjudicators' project.
    """
    CREATE TABLE adjudication_ledgers (
        project TEXT PRIMARY KEY REFERENCES projects,
        identity TEXT NOT NULL,
        totals TEXT NOT NULL
    ) WITHOUT ROWID;

    CREATE TABLE adjudication_documents (
        project TEXT NOT NULL REFERENCES adjudication_ledgers ON DELETE CASCADE,
        document TEXT NOT NULL,
        tasks INTEGER NOT NULL,
        digest TEXT NOT NULL,
        waiting INTEGER NOT NULL,
        PRIMARY KEY (project, document)
    ) WITHOUT ROWID;
    """,
)

# SQLite's table of tables.
_TABLE_LIST = "sqlite_master"

# How many rows are read and hashed at once.
_ROWS_AT_ONCE = 1000

# A damaged file may hold bytes instead of text, hence the default.
_ROWS = json.JSONEncoder(default=repr)


def project_key(url: str, title: str) -> str:
    """The key of a project of a server in the tables, and in the names of lock files."""
    readable = "".join(c if c.isascii() and c.isalnum() else "-" for c in title)[:40]
    return f"{readable}-{hashlib.sha256(f'{url} {title}'.encode()).hexdigest()[:8]}"


def enter_project(connection: sqlite3.Connection, url: str, title: str) -> str:
    """Insert a row for a project where there is none; the project's key."""
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
    """Insert rows, given as values by column; all rows have the columns of the first one."""
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
    """The version of the tables, 0 for an empty database."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def migrate_tables(connection: sqlite3.Connection) -> None:
    """Bring the tables to today's version, in the open transaction."""
    version = tables_version(connection)
    for script in MIGRATIONS[version:]:
        for statement in filter(str.strip, script.split(";")):
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    write_checksums(connection, table_names(connection))


def table_names(connection: sqlite3.Connection) -> set[str]:
    """The names of all tables, SQLite's table of tables included, except the table of checksums."""
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {name for (name,) in found} - {"sums"} | {_TABLE_LIST}


def write_checksums(connection: sqlite3.Connection, tables: Iterable[str]) -> None:
    """Write a checksum of each of these tables, in the transaction that changed them."""
    for table in sorted(tables):
        connection.execute(
            "INSERT INTO sums VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET sha256 = excluded.sha256",
            [table, table_checksum(connection, table)],
        )


def table_checksum(connection: sqlite3.Connection, table: str) -> str:
    """The sha256 of a table's rows, the same in every version of Python and SQLite."""
    digest = hashlib.sha256()
    columns = (
        "name, sql" if table == _TABLE_LIST else "*"
    )  # but not the pages of the tables, which can differ
    rows = connection.execute(f'SELECT {columns} FROM "{table}"')
    while some_rows := rows.fetchmany(_ROWS_AT_ONCE):
        # The hash is that of one list, however many rows are read at once.
        digest.update(f"{_ROWS.encode(some_rows)[1:-1]}, ".encode())
    return digest.hexdigest()


def is_whole(connection: sqlite3.Connection) -> bool:
    """
    Whether every table is as it was at the end of one and the same transaction.

    A copy made by ``cp`` during a write can be a mix of two states, each page of which is sound.
    ``quick_check`` accepts the mix; it finds pages that are lost or used twice. The checksums find
    the mix, since all of them are on one page.
    """
    (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    checksums = dict(connection.execute("SELECT name, sha256 FROM sums"))
    return (
        answer == "ok"
        and checksums.keys() == table_names(connection)
        and all(table_checksum(connection, table) == checksums[table] for table in checksums)
    )
