"""Keep the collector on the public internet.

An address taken from a feed may point anywhere: at this machine, at its neighbours, at a cloud's own metadata. What is
connected to here is a public address, or one the operator allowed by name. Two walls stand behind each other: the
resolver hands out no other address, and every socket is refused to any other address when it is made. The address that
was checked is the address connected to, so an answer of the DNS that changes in between changes nothing.
"""

from __future__ import annotations

import errno
import re
import socket
from collections.abc import Sequence
from contextlib import suppress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from reportedly.errors import BlockedAddress, UsageError

LONGEST_URL = 2000  # characters; what the store keeps

# IANA's special-purpose registries (RFC 6890 and after), read strictly: what is not plainly public is refused.
_SPECIAL_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network; Linux connects 0.0.0.0 to itself
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, and where clouds keep their metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, with the broadcast address
    )
)
# Of IPv6 only 2000::/3 is handed out at all. This leaves out ::1, fe80::/10, fc00::/7, ff00::/8, and every form outside
# it that carries an IPv4 address: ::ffff:0:0/96 (mapped), ::/96, 64:ff9b::/96 and 64:ff9b:1::/48 (NAT64).
_GLOBAL_V6 = IPv6Network("2000::/3")
_SPECIAL_V6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments, with Teredo (2001::/32), which carries IPv4
        "2001:db8::/32",
        "2002::/16",  # 6to4, which carries IPv4
        "3ffe::/16",  # the old 6bone
        "3fff::/20",  # documentation
    )
)
_NUMBER = re.compile(r"(?:[0-9]+|0[xX][0-9a-fA-F]*)\Z")


def is_public(ip: str | IPv4Address | IPv6Address) -> bool:
    """Whether this is a plain, globally reachable unicast address. Text that is no address is not public."""
    try:
        address = ip_address(ip)
    except ValueError:
        return False
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _SPECIAL_V4)
    return address.scope_id is None and address in _GLOBAL_V6 and not any(address in network for network in _SPECIAL_V6)


class Guard:
    """What may be reached: public addresses, and those in `allow`.

    `allow` names networks ("127.0.0.0/8", "::1") or one port of one host ("127.0.0.1:8123", "wire.internal:80").
    Raises UsageError for an entry that is neither.
    """

    def __init__(self, allow: Sequence[str] = ()) -> None:
        self._networks: list[IPv4Network | IPv6Network] = []
        self._ports: set[tuple[str, int]] = set()  # (host name or address, port)
        for entry in allow:
            try:
                self._networks.append(ip_network(entry.strip().strip("[]"), strict=False))
            except ValueError:
                self._ports.add(_host_and_port(entry))

    def permits(self, ip: str, port: int) -> bool:
        """Whether a socket may be connected to this address."""
        try:
            address = ip_address(ip)
        except ValueError:
            return False
        if is_public(address) or (str(address), port) in self._ports:
            return True
        return any(address.version == network.version and address in network for network in self._networks)

    def checked(self, url: str) -> URL:
        """The address as we would ask for it: http or https, a host, no user, no fragment.

        An IP address that stands in it must be one we may reach, written plainly: "0x7f.1", "2130706433" and
        addresses with a zone are refused as disguises. Raises BlockedAddress.
        """
        if len(url) > LONGEST_URL:
            raise BlockedAddress(f"the address is longer than {LONGEST_URL} characters")
        try:
            parsed = URL(url.strip())
            host, port = parsed.raw_host, parsed.port
        except ValueError as why:
            raise BlockedAddress(f"not a web address ({why})") from why
        if parsed.scheme not in ("http", "https"):
            raise BlockedAddress(f"only http and https are fetched, not {parsed.scheme[:20] or 'a bare name'}")
        if parsed.raw_user is not None or parsed.raw_password is not None:
            raise BlockedAddress("an address with a user name or password in it is not fetched")
        if not host or port is None or re.search(r"[\x00-\x20\x7f]", host):
            raise BlockedAddress("the address names no host")
        if (literal := _literal(host)) is not None and not self.permits(str(literal), port):
            raise BlockedAddress(f"{host} is not a public address")
        return parsed.with_fragment(None)

    def allows_name(self, host: str, port: int) -> bool:
        """Whether the operator allowed this port of this host by name, whatever it resolves to."""
        return (host.rstrip(".").lower(), port) in self._ports

    def admit(self, ip: str, port: int) -> None:
        """Let sockets connect here: a host allowed by name resolved to it."""
        self._ports.add((str(ip_address(ip)), port))

    def make_socket(self, info: tuple[Any, ...]) -> socket.socket:
        """A socket for one connection, refused at the last moment when its address may not be reached.

        aiohttp makes every connection's socket here, of names and of literal addresses alike.
        """
        family, kind, protocol, _, address = info
        if family not in (socket.AF_INET, socket.AF_INET6) or not self.permits(address[0], address[1]):
            raise BlockedConnection(errno.EACCES, f"{address[0]} is not a public address")
        return socket.socket(family=family, type=kind, proto=protocol)


class BlockedConnection(PermissionError):
    """The last wall: a socket asked for an address that may not be reached."""


class GuardedResolver(AbstractResolver):
    """Resolves names to addresses we may reach. Raises BlockedAddress where a name has no other."""

    def __init__(self, guard: Guard, inner: AbstractResolver | None = None) -> None:
        self._guard = guard
        self._inner = inner or ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        if self._guard.allows_name(host, port):
            for result in found:
                self._guard.admit(result["host"], port)
        reachable = [result for result in found if self._guard.permits(result["host"], port)]
        if found and not reachable:
            raise BlockedAddress(f"{host} resolves to {found[0]['host']}, which is not a public address")
        return reachable

    async def close(self) -> None:
        await self._inner.close()


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    """The IP address a host is, or None for a name. Raises BlockedAddress for an address in disguise."""
    try:
        address = ip_address(host)
    except ValueError:
        # As browsers decide it: whose last label is a number would be read as an address by somebody down the line.
        last = host.rstrip(".").rpartition(".")[2]
        if _NUMBER.match(last) or ":" in host or "%" in host:
            raise BlockedAddress(f"{host} is an IP address in disguise") from None
        return None
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        raise BlockedAddress(f"{host} names a network interface of this machine")
    return address


def _host_and_port(entry: str) -> tuple[str, int]:
    host, _, port = entry.strip().rpartition(":")
    host = host.strip("[]").rstrip(".").lower()
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise UsageError(f"{entry!r} in allow is neither a network (10.0.0.0/8) nor a host and port (127.0.0.1:8123)")
    with suppress(ValueError):
        host = str(ip_address(host))
    return host, int(port)
