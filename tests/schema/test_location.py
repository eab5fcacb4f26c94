"""Addresses of schemas: one normal form for all ways to write one, and what a prefix covers."""

import pytest

from api.errors import SetupError
from api.schema.location import Prefixes, normal

PREFIX = "https://schemas.example.net/tmf"


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://Schemas.Example.net/tmf/a.json", "https://schemas.example.net/tmf/a.json"),
        ("HTTPS://schemas.example.net:443/tmf/a.json", "https://schemas.example.net/tmf/a.json"),
        ("http://e.net:8080", "http://e.net:8080/"),
        ("http://e.net/a/./b/../c%2Ejson", "http://e.net/a/c.json"),
        ("http://e.net/%7Ea/%2e%2e/b/", "http://e.net/b/"),
        ("http://e.net//a", "http://e.net/a"),
        ("http://e.net/a?b=1#/c", "http://e.net/a?b=1#/c"),
        ("http://[::1]:80/a", "http://[::1]/a"),
        ("http://e.net/%C3%a4", "http://e.net/%C3%A4"),
    ],
)
def test_one_form_for_all(url: str, found: str) -> None:
    """Case, default ports, dots and needless escapes make no difference."""
    assert normal(url) == found
    assert normal(found) == found


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.json",
        "file:///etc/passwd",
        "ftp://e.net/a",
        "http:///a",
        "http://user@e.net/a",
        "http://user:secret@e.net/a",
        "http://e.net:0/a",
        "http://e.net:99999/a",
        "http://e.net/a b",
        "http://e.net\\@other/a",
        "http://e.net/a%2f..%2fb",
        "http://e.net/a%5cb",
        "http://e.net/%252e%252e/b",
        "http://e.net/ä",
        "http://e.net/a\nb",
        "http://[::1/a",
        "http://e.net/" + 2000 * "a",
    ],
)
def test_what_is_no_such_address(url: str) -> None:
    """Other schemes, credentials, tricks with encodings."""
    assert normal(url) is None


@pytest.mark.parametrize(
    "prefix", [PREFIX, PREFIX + "/", "HTTPS://schemas.example.net:443/x/../tmf"]
)
def test_a_prefix_ends_at_a_segment(prefix: str) -> None:
    """Neighbours whose names begin alike, other hosts and other schemes are outside."""
    prefixes = Prefixes([prefix])
    assert prefixes.allow(f"{PREFIX}/a.json")
    for url in (
        f"{PREFIX}evil/a.json",
        "https://schemas.example.net/a.json",
        "http://schemas.example.net/tmf/a.json",
        "https://schemas.example.net.evil.example/tmf/a.json",
        str(normal(f"{PREFIX}/../a.json")),
    ):
        assert not prefixes.allow(url)


@pytest.mark.parametrize(
    "name",
    [
        "../secret?é",
        "../secret?\\",
        "../secret",
        "./a.json",
        "..%2fsecret",
        "%2e%2e/secret",
        "../secret?" + 2000 * "x",
    ],
)
def test_only_normal_forms_are_below_a_prefix(name: str) -> None:
    """What has no normal form, or is in another, could lead elsewhere when it is asked for."""
    assert not Prefixes([PREFIX]).allow(f"{PREFIX}/{name}")


@pytest.mark.parametrize("prefix", ["", "*", "example.net/a", "https://a@b/c", "https://a/b?c=d"])
def test_a_bad_prefix_is_refused_at_start(prefix: str) -> None:
    """The message names the setting."""
    with pytest.raises(SetupError, match="extension_prefixes"):
        Prefixes([prefix])
