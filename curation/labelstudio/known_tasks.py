"""Which documents were seen to be tasks of which projects, by pushes and pulls from here."""

from collections.abc import Iterator
from dataclasses import dataclass

from curation.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTask:
    """A document that was a task of the project *title* on the server *url*."""

    document: str
    url: str
    title: str


def known_titles(state: State, url: str) -> list[str]:
    """The titles of the projects of the server *url* that were pushed or pulled from here."""
    with state.reading() as connection:
        rows = connection.execute("SELECT title FROM projects WHERE url = ?", [url]).fetchall()
    return [title for (title,) in rows if title]


def known_addresses(state: State, url: str) -> dict[str, str]:
    """By title, the address of a server other than *url* of which a project was pushed or pulled from here."""
    with state.reading() as connection:
        rows = connection.execute(
            "SELECT title, url FROM projects WHERE url != ?", [url]
        ).fetchall()
    return {title: address for title, address in rows if title and address}


def known_tasks(state: State) -> Iterator[KnownTask]:
    """All tasks that the last push or the last pull of each project knew."""
    with state.reading() as connection:
        rows = connection.execute(
            "SELECT settled.document, projects.url, projects.title FROM settled"
            " JOIN projects ON projects.key = settled.project"
            " UNION SELECT documents.document, projects.url, projects.title FROM documents"
            " JOIN projects ON projects.key = documents.project"
            " WHERE documents.task IS NOT NULL AND NOT documents.deleted"
        ).fetchall()
    for document, url, title in rows:
        if url and title:
            yield KnownTask(document=document, url=url, title=title)
