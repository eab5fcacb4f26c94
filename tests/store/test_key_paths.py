"""One walk of a body finds what looking path by path finds."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from api.query.leaves import leaves
from api.store.sqlite.keys import KeyPaths

NAMES = st.sampled_from("abc")
VALUES = st.recursive(
    st.sampled_from(["x", "y"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)
BODIES = st.dictionaries(NAMES, VALUES, max_size=3)
PATHS = st.lists(st.lists(NAMES, min_size=1, max_size=3).map(tuple), max_size=5, unique=True)


@given(BODIES, PATHS)
def test_a_walk_finds_the_leaves_of_every_path(body: Any, paths: Any) -> None:
    """Objects, arrays and arrays in arrays are entered as the query language says, once for all."""
    expected = [
        sorted({value for value in leaves(body, path) if isinstance(value, str)}) for path in paths
    ]
    assert KeyPaths(paths).keys(body) == expected
