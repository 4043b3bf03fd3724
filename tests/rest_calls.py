"""Calls to a real Label Studio that only tests make."""

from typing import Any

import httpx

from curation.localserver.accounts import LocalServer

# Seconds: a busy machine may need many times what a call takes by itself.
PATIENCE = 600


def call(
    local: LocalServer, method: str, path: str, token: str = "", **more: Any
) -> httpx.Response:
    """The server's answer, whatever the status; as the admin unless another *token* is given."""
    headers = {"Authorization": f"Token {token or local.token}"}
    with httpx.Client(base_url=local.url, trust_env=False, timeout=PATIENCE) as client:
        return client.request(method, path, headers=headers, **more)
