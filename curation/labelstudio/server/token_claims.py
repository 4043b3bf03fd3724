"""What a personal access token, and the short-lived ones that it buys, say of themselves."""

import base64
import binascii
import json

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
    return float(moment) if isinstance(moment, int | float) else 0.0


def json_object(raw: bytes) -> Json | None:
    """The JSON object; None for anything else."""
    try:
        found = json.loads(raw)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
