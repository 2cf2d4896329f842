"""Requests to addresses that tenants give, against real servers on the loopback."""

from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

import pytest

from billhead.gateways.guarded_http import GuardedHttp, Unreached, is_public
from processes import free_port
from small_server import Server, answer, serve_answers


@pytest.fixture
def server() -> Iterator[Server]:
    with serve_answers() as told:
        yield told


def test_an_answer_is_read_up_to_the_limit_and_no_redirect_followed(server: Server) -> None:
    server.answers = [answer(200, b"x" * 5000), answer(302, b"", Location=f"{server.url}/inside"), answer(410)]
    http = GuardedHttp(may_be_private=True, max_answer_bytes=1000)
    assert http.send("GET", server.url).body == b"x" * 1000
    moved = http.send("GET", server.url)
    assert (moved.status, moved.headers["location"]) == (302, f"{server.url}/inside")
    assert http.send("GET", server.url).status == 410
    assert [path for path, _ in server.asked] == ["/base/"] * 3


@pytest.mark.parametrize("how", ["stall", "stall_within", "drip"])
def test_a_slow_server_is_left_at_the_deadline(server: Server, how: str) -> None:
    server.answers = [getattr(server, how)]
    with pytest.raises(Unreached, match="TIMEOUT"):
        GuardedHttp(may_be_private=True, timeout_seconds=0.4, max_answer_bytes=10**6).send("GET", server.url)


def test_nobody_there() -> None:
    with pytest.raises(Unreached, match="NOT_REACHED"):
        GuardedHttp(may_be_private=True).send("GET", f"http://127.0.0.1:{free_port()}/")


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/", "https:///x", "https://user:pw@example.com/", "https://[::1", "https://example.com:99999/",
        "javascript:alert(1)", "", "//example.com",
    ],
)  # fmt: skip
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(Unreached, match="BAD_ADDRESS"):
        GuardedHttp().check(url)


def test_plain_http_and_unknown_hosts_are_refused() -> None:
    with pytest.raises(Unreached, match="NOT_HTTPS"):
        GuardedHttp().check("http://example.com/")

    def nowhere(host: str, port: int) -> list[str]:
        raise OSError

    for resolve in (nowhere, lambda host, port: []):
        with pytest.raises(Unreached, match="UNKNOWN_HOST"):
            GuardedHttp(resolve=resolve).check("https://example.com/")


PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "255.255.255.255", "198.18.0.1", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "2002:7f00:1::", "2002:0a00:0001::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2001:db8::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_refused(address: str) -> None:
    assert not is_public(ip_address(address))
    with pytest.raises(Unreached, match="PRIVATE_ADDRESS"):
        GuardedHttp(resolve=lambda host, port: [address]).check("https://innocent.example/")


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_public_addresses_pass(address: str) -> None:
    assert is_public(ip_address(address))
    GuardedHttp(resolve=lambda host, port: [address]).check("https://example.com/")


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    http = GuardedHttp(resolve=lambda host, port: ["1.1.1.1", "127.0.0.1"])
    with pytest.raises(Unreached, match="PRIVATE_ADDRESS"):
        http.check("https://example.com/")


def test_ways_to_write_loopback_are_resolved_as_the_system_does() -> None:
    for host in ("localhost", "127.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]"):
        with pytest.raises(Unreached, match=r"PRIVATE_ADDRESS|UNKNOWN_HOST"):
            GuardedHttp().check(f"https://{host}/")


def test_the_connection_goes_to_the_address_that_was_checked(server: Server) -> None:
    """A name that resolves to something else the second time is asked once only."""
    server.answers = [answer(204)]
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    port = urlsplit(server.url).port
    reply = GuardedHttp(may_be_private=True, resolve=resolve).send("GET", f"http://hooks.example:{port}/in")
    assert (reply.status, asked) == (204, ["hooks.example"])
    assert server.asked[0][1]["host"] == f"hooks.example:{port}"
