"""The Label Studio that commands work with."""

from collections.abc import Mapping
from pathlib import Path

from curation.documents.stream import DocumentSource
from curation.errors import StudioError
from curation.labelstudio.push.check_documents import check_documents
from curation.labelstudio.server.port import Studio
from curation.schema import Schema

URL = "LABEL_STUDIO_URL"
API_KEY = "LABEL_STUDIO_API_KEY"


def connect(home: Path, environment: Mapping[str, str]) -> Studio:
    """
    The Label Studio that *environment* names, else the one that ``curate up`` started.

    Raises StudioError where there is neither.
    """
    from curation.labelstudio.server.client import HttpStudio
    from curation.labelstudio.server.credentials import checked_token, checked_url
    from curation.localserver.run import running_server

    url = environment.get(URL)
    token = environment.get(API_KEY)
    if url and token:
        return HttpStudio(checked_url(url), checked_token(token))
    if url or token:
        is_set, missing = (URL, API_KEY) if url else (API_KEY, URL)
        raise StudioError(
            f"{is_set} is set, {missing} is not", hint=f"set {missing}, or unset both"
        )
    local = running_server(home / "server")
    if local is None:
        raise StudioError(
            "no Label Studio is running here",
            hint=f"start one with: curate up, or set {URL} and {API_KEY}",
        )
    return HttpStudio(local.url, local.token)


def connect_to_push(
    documents: DocumentSource, schema: Schema, home: Path, environment: Mapping[str, str]
) -> Studio:
    """As connect; where that fails, mistakes in the documents are raised first."""
    try:
        return connect(home, environment)
    except StudioError:
        check_documents(documents, schema, {})
        raise
