"""What MongoDB's errors mean to clients."""

import pytest
from pymongo.errors import OperationFailure

from api.errors import BadRequest, Unavailable
from api.store.mongo.failure import guarded


def test_a_regex_that_the_engine_refuses_is_the_clients_matter() -> None:
    """Should one ever come through the dialect, trying again later would not help."""
    with pytest.raises(BadRequest, match="regular expression"), guarded():
        raise OperationFailure("Regular expression is invalid: …", 51091)
    with pytest.raises(Unavailable), guarded():
        raise OperationFailure("not primary", 10107)
