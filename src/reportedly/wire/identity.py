"""Which report a page gives: the same report, fetched twice or fed twice, has one identity.

An outlet's own identity for the report (its guid) comes first; where it has none, the address; where it has neither,
the text. A guid that is an address and an address are the same kind of identity. A report that first came by a feed
with a guid is known again by its address when its page comes without one, from a sitemap or an archive; two guids are
two reports, even at one address.
"""

from __future__ import annotations

import hashlib
import re
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from reportedly.values import Report

# Parameters that say how a reader came to a page and never which page it is.
_TRACKING = re.compile(
    r"(utm_\w+|at_(medium|campaign|custom\d|format|link_\w+|bbc_team|ptr_\w+|ptr_name)|mc_[ce]id|ns_\w+"
    r"|fbclid|gclid|dclid|gbraid|wbraid|msclkid|igshid|twclid|yclid|cmpid|ocid|smid|spm|__twitter_impression)",
    re.IGNORECASE,
)
_DEFAULT_PORTS = {"http": 80, "https": 443}


def identity_of(report: Report, outlet: str) -> str:
    """64 characters that are the same for every version of one report of this outlet, and no other's."""
    address = canonical_address(report.guid or report.url)
    what = ("address", address) if address else ("text", report.text_hash)
    return hashlib.sha256("\0".join((outlet, *what)).encode("utf-8", "surrogatepass")).hexdigest()


def address_key(url: str, outlet: str) -> str:
    """64 characters for the page's address at this outlet, however it is spelled; "" for what is no web address."""
    address = canonical_address(url)
    if not address.startswith("//"):
        return ""
    return hashlib.sha256("\0".join((outlet, "address", address)).encode("utf-8", "surrogatepass")).hexdigest()


def has_own_guid(guid: str, url: str) -> bool:
    """Whether the outlet gives the report an identity that is not just its address."""
    return bool(guid.strip()) and canonical_address(guid) != canonical_address(url)


def canonical_address(address: str) -> str:
    """The address as one spelling: without scheme, fragment, default port and tracking parameters.

    What is no http address comes back as it is, without the blanks around it.
    """
    address = address.strip()
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return address
    if parts.scheme.lower() not in _DEFAULT_PORTS or not host:
        return address
    if port and port != _DEFAULT_PORTS[parts.scheme.lower()]:
        host = f"{host}:{port}"
    # Escapes are made even without touching what is escaped already; reserved characters keep their meaning.
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = urlencode(
        [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if not _tracks(name)]
    )
    return urlunsplit(("", host, path, query, ""))


def _tracks(name: str) -> bool:
    return _TRACKING.fullmatch(name) is not None
