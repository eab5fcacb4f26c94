"""What clients call the server: the beginning of hrefs."""

import pytest

from api.errors import SetupError
from api.http.origin import Origin
from tests.http.asgi import request

DEFAULT = "http://127.0.0.1:8080"


def origin(
    headers: dict[str, str],
    *,
    public: str | None = None,
    proxies: tuple[str, ...] = (),
    client: str | None = "203.0.113.9",
) -> str:
    return Origin(public, list(proxies), DEFAULT).of(request(headers=headers, client=client))


FORWARDED = {
    "host": "inside:8080",
    "x-forwarded-proto": "https",
    "x-forwarded-host": "tmf.example.net",
}


def test_the_public_url_wins() -> None:
    """Whatever the request says; a trailing slash is no part of it."""
    assert origin(FORWARDED, public="https://a.example/", proxies=("*",)) == "https://a.example"
    assert Origin("https://a.example/", [], DEFAULT).default == "https://a.example"


@pytest.mark.parametrize(
    "host", ["example.net", "example.net:81", "127.0.0.1:8080", "[::1]:8080", "a_b", "X.Example"]
)
def test_else_the_requests_own_host(host: str) -> None:
    """An href can be followed from where the client stands."""
    assert origin({"host": host}) == f"http://{host}"


@pytest.mark.parametrize(
    "host",
    [
        "",
        "a b",
        'a"b',
        "a/b",
        "a@b",
        "a?b",
        "a#b",
        "a:b",
        "a:",
        "a:123456",
        "<script>",
        "[::1",
        "ex\u00e4mple",
        "a\nb",
    ],
)
def test_a_strange_host_is_not_believed(host: str) -> None:
    """What is no host name never becomes part of an href: the listening address stands in."""
    assert origin({"host": host}) == DEFAULT
    assert origin({**FORWARDED, "x-forwarded-host": host or "/"}, proxies=("*",)) == DEFAULT


def test_no_host_at_all() -> None:
    """HTTP/1.0 clients may send none."""
    assert origin({}) == DEFAULT


@pytest.mark.parametrize(
    ("proxies", "client", "trusted"),
    [
        ((), "203.0.113.9", False),
        (("203.0.113.9",), "203.0.113.9", True),
        (("203.0.113.0/24",), "203.0.113.9", True),
        (("198.51.100.0/24", "203.0.113.0/24"), "203.0.113.9", True),
        (("198.51.100.0/24",), "203.0.113.9", False),
        (("2001:db8::/32",), "2001:db8::1", True),
        (("203.0.113.0/24",), "2001:db8::1", False),
        (("*",), "203.0.113.9", True),
        (("*",), None, True),
        (("203.0.113.9",), None, False),
        (("203.0.113.9",), "testclient", False),
    ],
)
def test_forwarded_headers_count_from_trusted_proxies_only(
    proxies: tuple[str, ...], client: str | None, *, trusted: bool
) -> None:
    """Anybody can send X-Forwarded-*; only the named proxies are believed."""
    expected = "https://tmf.example.net" if trusted else "http://inside:8080"
    assert origin(FORWARDED, proxies=proxies, client=client) == expected


def test_forwarded_headers_may_be_partial_or_lists() -> None:
    """The first of a list is the outermost proxy's; what is missing comes from the request."""
    proxies = ("*",)
    assert origin({"host": "h", "x-forwarded-proto": "https"}, proxies=proxies) == "https://h"
    assert origin({"host": "h", "x-forwarded-proto": "HTTPS"}, proxies=proxies) == "https://h"
    several = {"host": "h", "x-forwarded-proto": "https, http", "x-forwarded-host": "a, b"}
    assert origin(several, proxies=proxies) == "https://a"
    assert origin({"host": "h", "x-forwarded-proto": "ftp"}, proxies=proxies) == DEFAULT


@pytest.mark.parametrize(
    ("host", "port", "expected"),
    [
        ("gw.example", "8443", "gw.example:8443"),
        ("gw.example:81", "8443", "gw.example:81"),
        ("[::1]", "8443", "[::1]:8443"),
        ("[::1]:81", "8443", "[::1]:81"),
        ("gw.example", "8443, 80", "gw.example:8443"),
        ("gw.example", "443", "gw.example"),
        ("gw.example", "80", "gw.example"),
        ("gw.example", "0", "gw.example"),
        ("gw.example", "x", "gw.example"),
        ("gw.example", "123456", "gw.example"),
    ],
)
def test_a_forwarded_port(host: str, port: str, expected: str) -> None:
    """It counts where the host names none; the usual ones are left out, as they say nothing."""
    headers = FORWARDED | {"x-forwarded-host": host, "x-forwarded-port": port}
    assert origin(headers, proxies=("*",)) == f"https://{expected}"
    assert origin(headers) == "http://inside:8080"


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("/pre", "/pre"),
        ("/pre/fix/", "/pre/fix"),
        ("/outer, /inner", "/outer"),
        ("/", ""),
        ("", ""),
        ("pre", ""),
        ('/a"b', ""),
        ("//evil.example", ""),
        ("/a?b", ""),
        ("/a b", ""),
    ],
)
def test_a_forwarded_prefix(prefix: str, expected: str) -> None:
    """A gateway that takes a path away tells which; what is no path is not believed."""
    headers = FORWARDED | {"x-forwarded-prefix": prefix}
    assert origin(headers, proxies=("*",)) == f"https://tmf.example.net{expected}"
    assert origin(headers) == "http://inside:8080"


def test_a_bad_proxy_setting_is_told() -> None:
    """The operator reads which setting and what is wrong with it."""
    with pytest.raises(SetupError, match=r"trusted_proxies: .*nonsense"):
        Origin(None, ["nonsense"], DEFAULT)
