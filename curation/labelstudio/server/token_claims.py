"""What a personal access token, and the short-lived ones that it buys, say of themselves."""

import base64
import binascii
import json
from datetime import UTC, datetime

from curation.files import Json

PARTS = ("header", "claims", "signature")


def token_claims(token: str) -> Json | None:
    """What a JSON Web Token says of itself, unchecked; None for any other token, as legacy ones are."""
    parts = token.split(".")
    if len(parts) != len(PARTS):
        return None
    try:
        return json_object(base64.urlsafe_b64decode(parts[PARTS.index("claims")] + "=="))
    except (binascii.Error, ValueError):
        return None


def token_moment(claims: Json, name: str) -> float:
    """A time among the claims, in seconds; 0 where it isn't said."""
    moment = claims.get(name)
    if isinstance(moment, bool) or not isinstance(moment, int | float):
        return 0.0
    try:
        return float(moment)
    except OverflowError:
        return 0.0


def token_end(token: str) -> str:
    """The day, as 2026-11-30, on which the *token* says that it ends; empty where it doesn't."""
    moment = token_moment(token_claims(token) or {}, "exp")
    if not moment:
        return ""
    try:
        return datetime.fromtimestamp(moment, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""


def json_object(raw: bytes) -> Json | None:
    """The JSON object; None for anything else."""
    try:
        found = json.loads(raw)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
