"""Which addresses of articles aren't published: those with a login, of a file, or of a private host."""

import ipaddress
import re
import socket
import unicodedata
from collections.abc import Mapping
from urllib.parse import urlsplit

_LOCAL_PATH = re.compile(r"file:|[A-Za-z]:[\\/]|[\\/~]", re.IGNORECASE)
_WEB = re.compile(r"^https?:[\\/]*", re.IGNORECASE)
_HAS_HOST = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_SCHEME = re.compile(r"\s*[A-Za-z][A-Za-z0-9+.-]*:/")
_LOGIN = re.compile(r"://[^/?#\s]*@")

# Names that no public server has: of RFC 2606, 6762, 8375 and 9476, and what networks call themselves.
_PRIVATE_ENDINGS = frozenset(
    ("alt", "corp", "home", "home.arpa", "internal", "intranet", "invalid", "lan", "local",
     "localdomain", "localhost", "onion", "private", "test")
)  # fmt: skip


def private_keys(meta: Mapping[str, object]) -> frozenset[str]:
    """The keys of what is known of an article that hold a private address: ``url``, and others with a scheme."""
    return frozenset(
        key
        for key, value in meta.items()
        if isinstance(value, str)
        and (key == "url" or _SCHEME.match(value))
        and is_private_address(value)
    )


def is_private_address(address: str) -> bool:
    """
    Whether an address has a login, or names a file or a host that not everybody reaches.

    Such hosts are IPs that aren't public, however they are written, names of one label, and names
    such as ``wiki.internal``. Words, ``doi:…`` and ``urn:…`` have no host.
    """
    plain = _WEB.sub("http://", address.strip())
    if _LOCAL_PATH.match(plain) or _LOGIN.search(plain):
        return True
    has_host = bool(_HAS_HOST.match(plain))
    try:
        parts = urlsplit(plain if has_host else f"//{plain}")
        host = unicodedata.normalize("NFKC", parts.hostname or "").replace("。", ".")
    except ValueError:
        return True
    if not {"@", "\\"}.isdisjoint(parts.netloc):
        return True
    if (ip := _ip(host)) is not None:
        return not ip.is_global
    labels = host.rstrip(".").split(".")
    if len(labels) == 1:
        return has_host or labels == ["localhost"]
    return "%" in host or not {labels[-1], ".".join(labels[-2:])}.isdisjoint(_PRIVATE_ENDINGS)


def _ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The IP that a host is, also one that only browsers read, such as ``127.1`` or ``0x7f.1``."""
    try:
        ip = ipaddress.ip_address(host.rstrip("."))
    except ValueError:
        try:
            return ipaddress.IPv4Address(socket.inet_aton(host.rstrip(".")))
        except (OSError, UnicodeError):
            return None
    return ip if ip.version == 4 else ip.ipv4_mapped or ip
