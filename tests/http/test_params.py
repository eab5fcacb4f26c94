"""The parameters that are no filter: paging, selection, sorting."""

from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.errors import BadRequest
from api.http.params import DEFAULT_LIMIT, MAX_LIMIT, Params


@pytest.mark.parametrize(
    ("query", "offset", "limit"),
    [
        ("", 0, DEFAULT_LIMIT),
        ("state=held", 0, DEFAULT_LIMIT),
        ("offset=5&limit=7", 5, 7),
        ("offset=0&limit=0", 0, 0),
        ("limit=1001", 0, MAX_LIMIT),
        ("offset=99999999999999999999999999", 2**63 - 1, DEFAULT_LIMIT),
        ("offset=00000000000000000000000000007", 7, DEFAULT_LIMIT),
        ("limit=" + "9" * 5000, 0, MAX_LIMIT),
        ("%6Cimit=3", 0, 3),
        ("offset=1&offset=2", 2, DEFAULT_LIMIT),
        ("x.limit=a", 0, DEFAULT_LIMIT),
        ("a=1&limit=2;b=2", 0, 2),
        ("a=1;b=2%3Bc&offset=3", 3, DEFAULT_LIMIT),
    ],
)
def test_paging(query: str, offset: int, limit: int) -> None:
    """Defaults, cuts, and numbers of any length."""
    params = Params(query)
    assert (params.offset, params.limit) == (offset, limit)


@pytest.mark.parametrize("text", ["-1", "a", "", "1.5", "%2B1", "1e3", "%D9%A1", " 1", "0x1"])
@pytest.mark.parametrize("name", ["offset", "limit"])
def test_paging_that_is_no_number(name: str, text: str) -> None:
    """400 that names the parameter."""
    with pytest.raises(BadRequest, match=f"^{name}: "):
        _ = getattr(Params(f"{name}={text}"), name)


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("", None),
        ("state=held", None),
        ("fields=none", ()),
        ("fields=", ()),
        ("fields=a,b.c", (("a",), ("b", "c"))),
        ("fields=a%2Cb", (("a",), ("b",))),
        ("fields=a&fields=b", (("a",), ("b",))),
        ("fields=%20a%20,,b", (("a",), ("b",))),
    ],
)
def test_fields(query: str, fields: object) -> None:
    """None is all attributes, an empty choice only those that are always there."""
    assert Params(query).fields == fields


def test_sorting() -> None:
    """A plus sign may arrive as a space."""
    keys = Params("sort=-a,+b.c").sort
    assert [(key.path, key.descending) for key in keys] == [(("a",), True), (("b", "c"), False)]
    assert Params("").sort == ()


def test_nul_is_refused_everywhere() -> None:
    """No parameter may hold it, whether it is a filter or not; %2500 is a harmless text."""
    with pytest.raises(BadRequest, match="NUL"):
        Params("fields=a%00")
    assert Params("fields=a%2500").fields == (("a%00",),)


@given(st.text("ab=&.,%2+é", min_size=1, max_size=12))
def test_a_query_is_read_as_the_standard_library_reads_it(query: str) -> None:
    """Whether anything in it is encoded or not."""
    assert Params(query)._given == parse_qs(query, keep_blank_values=True)
