"""What the collector may reach."""

from __future__ import annotations

import socket

import pytest

from reportedly.collect.guard import BlockedConnection, Guard, is_public
from reportedly.errors import BlockedAddress, UsageError


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("127.0.0.1", "loopback"),
        ("127.255.255.254", "loopback"),
        ("::1", "loopback"),
        ("0.0.0.0", "unspecified, which Linux connects to itself"),
        ("::", "unspecified"),
        ("10.0.0.1", "private"),
        ("172.16.0.1", "private"),
        ("172.31.255.255", "private"),
        ("192.168.1.1", "private"),
        ("fc00::1", "unique local"),
        ("fd12:3456::1", "unique local"),
        ("fec0::1", "site-local, deprecated"),
        ("169.254.169.254", "link-local, cloud metadata"),
        ("fe80::1", "link-local"),
        ("fe80::1%eth0", "link-local with a zone"),
        ("2606:4700::1111%eth0", "a zone makes it ours"),
        ("100.64.0.1", "carrier-grade NAT"),
        ("100.127.255.255", "carrier-grade NAT"),
        ("192.0.0.8", "protocol assignments"),
        ("192.0.2.1", "documentation"),
        ("198.51.100.1", "documentation"),
        ("203.0.113.1", "documentation"),
        ("2001:db8::1", "documentation"),
        ("3fff::1", "documentation"),
        ("198.18.0.1", "benchmarks"),
        ("192.88.99.1", "6to4 relay"),
        ("224.0.0.1", "multicast"),
        ("239.255.255.250", "multicast"),
        ("ff02::1", "multicast"),
        ("240.0.0.1", "reserved"),
        ("255.255.255.255", "broadcast"),
        ("::ffff:127.0.0.1", "loopback, mapped"),
        ("::ffff:93.184.215.14", "mapped: no outlet is reached so"),
        ("::127.0.0.1", "loopback, compatible form"),
        ("64:ff9b::7f00:1", "loopback behind NAT64"),
        ("64:ff9b::5db8:d70e", "NAT64"),
        ("64:ff9b:1::a00:1", "local-use NAT64"),
        ("2002:7f00:1::", "loopback in 6to4"),
        ("2002:a00:1::1", "private in 6to4"),
        ("2001:0:53aa:64c::80ff:fffe", "Teredo"),
        ("100::1", "discard only"),
        ("5f00::1", "segment routing"),
        ("4000::1", "handed out to nobody"),
        ("localhost", "a name"),
        ("", "nothing"),
    ],
)
def test_no_address_but_a_public_one_is_public(address: str, what: str) -> None:
    assert not is_public(address), what


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "93.184.215.14", "172.15.255.255", "172.32.0.1", "100.63.255.255", "223.255.255.255", "2606:4700::1111",
     "2a00:1450:4001:810::200e"],
)  # fmt: skip
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://127.0.0.1/", "127.0.0.1 is not a public address"),
        ("http://[::1]/", "::1 is not a public address"),
        ("http://[::ffff:127.0.0.1]/", "::ffff:7f00:1 is not a public address"),
        ("http://2130706433/", "2130706433 is an IP address in disguise"),
        ("http://0x7f000001/", "0x7f000001 is an IP address in disguise"),
        ("http://0x7F.0.0.1/", "0x7f.0.0.1 is an IP address in disguise"),
        ("http://0177.0.0.1/", "0177.0.0.1 is an IP address in disguise"),
        ("http://017700000001/", "017700000001 is an IP address in disguise"),
        ("http://127.1/", "127.1 is an IP address in disguise"),
        ("http://127.0.0.1./", "127.0.0.1. is an IP address in disguise"),
        ("http://127.0.0.0x1/", "127.0.0.0x1 is an IP address in disguise"),
        ("http://outlet.example.1/", "outlet.example.1 is an IP address in disguise"),
        ("http://127。0。0。1/", "127.0.0.1 is not a public address"),
        ("http://１２７.0.0.1/", "127.0.0.1 is not a public address"),
        ("http://[fe80::1%25eth0]/", "fe80::1%eth0 names a network interface of this machine"),
        ("ftp://wire.example/", "only http and https are fetched, not ftp"),
        ("FILE:///etc/passwd", "only http and https are fetched, not file"),
        ("javascript:alert(1)", "only http and https are fetched, not javascript"),
        ("wire.example", "only http and https are fetched, not a bare name"),
        ("//wire.example/feed", "only http and https are fetched, not a bare name"),
        ("http://desk@wire.example/", "an address with a user name or password in it is not fetched"),
        ("http://:secret@wire.example/", "an address with a user name or password in it is not fetched"),
        ("http:///feed", "the address names no host"),
        ("http://wire.example/" + "a" * 2000, "the address is longer than 2000 characters"),
    ],
)
def test_an_address_we_must_not_ask_for_is_blocked_with_the_reason(url: str, why: str) -> None:
    with pytest.raises(BlockedAddress) as blocked:
        Guard().checked(url)
    assert str(blocked.value).replace("%25", "%") == why


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://wire.example/feed.xml", "https://wire.example/feed.xml"),
        ("  https://WIRE.example/feed#top\n", "https://wire.example/feed"),
        ("http://bücher.example/", "http://xn--bcher-kva.example/"),
        ("http://1.1.1.1/", "http://1.1.1.1/"),
        ("http://[2606:4700::1111]:8080/", "http://[2606:4700::1111]:8080/"),
        ("http://4chan.example/", "http://4chan.example/"),
        ("http://wire.example/küste", "http://wire.example/k%C3%BCste"),
    ],
)
def test_a_web_address_is_asked_for(url: str, asked: str) -> None:
    assert str(Guard().checked(url)) == asked


@pytest.mark.parametrize(
    ("allow", "ip", "port", "permitted"),
    [
        (("127.0.0.0/8",), "127.0.0.1", 80, True),
        (("127.0.0.0/8",), "10.0.0.1", 80, False),
        (("127.0.0.0/8",), "::ffff:127.0.0.1", 80, False),
        (("127.0.0.1",), "127.0.0.1", 9, True),
        (("::1",), "::1", 80, True),
        (("fd00::/8",), "fd00::7", 80, True),
        (("127.0.0.1:8123",), "127.0.0.1", 8123, True),
        (("127.0.0.1:8123",), "127.0.0.1", 8124, False),
        (("127.0.0.1:8123",), "127.0.0.2", 8123, False),
        (("[::1]:8123",), "::1", 8123, True),
        (("10.0.0.0/8", "127.0.0.1:1"), "10.1.2.3", 443, True),
        ((), "1.1.1.1", 443, True),
        ((), "1.1.1.1%eth0", 443, False),
    ],
)
def test_what_is_allowed_may_be_reached_and_nothing_beside_it(
    allow: tuple[str, ...], ip: str, port: int, permitted: bool
) -> None:
    assert Guard(allow).permits(ip, port) is permitted


@pytest.mark.parametrize(
    "entry", ["wire.internal", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:99999", ":80", "", "10/x:y"]
)
def test_an_allowance_that_is_neither_network_nor_port_is_refused(entry: str) -> None:
    with pytest.raises(UsageError):
        Guard((entry,))


@pytest.mark.parametrize(
    ("family", "address"),
    [
        (socket.AF_INET, ("127.0.0.1", 80)),
        (socket.AF_INET6, ("::1", 80, 0, 0)),
        (socket.AF_INET6, ("::ffff:10.0.0.1", 80, 0, 0)),
        (socket.AF_UNIX, "/run/docker.sock"),
    ],
)
def test_no_socket_is_made_to_what_may_not_be_reached(family: socket.AddressFamily, address: object) -> None:
    with pytest.raises(BlockedConnection):
        Guard().make_socket((family, socket.SOCK_STREAM, 0, "", address))


def test_a_socket_is_made_to_a_public_address() -> None:
    with Guard().make_socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("1.1.1.1", 443))) as made:
        assert made.family == socket.AF_INET
