"""One walk of a body finds what looking path by path finds."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from api.query.order import ranked, sortable
from api.store.sqlite.keys import KeyPaths

NAMES = st.sampled_from("abc")
VALUES = st.recursive(
    st.sampled_from(["x", "y", 1, True, None]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)
BODIES = st.dictionaries(NAMES, VALUES, max_size=3)
PATHS = st.lists(st.lists(NAMES, min_size=1, max_size=3).map(tuple), max_size=5, unique=True)


@given(BODIES, PATHS)
def test_a_walk_finds_the_values_of_every_path(body: Any, paths: Any) -> None:
    """Objects, arrays and arrays in arrays are entered as the query language says, once for all."""
    expected = []
    for path in paths:
        values = sorted({ranked(value): value for value in sortable(body, path)}.items())
        found = [value for _, value in values]
        expected.append([] if found == [None] else found)
    assert KeyPaths(paths).keys(body) == expected
