"""Faults of several stages of checking, told as one."""

import pytest

from api.errors import AND_MORE, PERHAPS_MORE, BadRequest, Invalid
from api.schema.faults import Faults, all_of


def stage(*faults: str, hint: str | None = None) -> Faults:
    kept = Faults()
    if faults:
        with kept:
            raise Invalid(faults, hint)
    return kept


def test_all_stages_are_told_in_their_order() -> None:
    """The first fault is the reason; what to do stands at the end."""
    told = all_of([stage("id: is owned", hint="Leave it out."), stage(), stage("b: bad", "c: bad")])
    assert told.reason == "id: is owned"
    assert told.message == "id: is owned; b: bad; c: bad. Leave it out."


@pytest.mark.parametrize("later", ["a: 5 is no string", "a.b: is required", "a[0].c: is required"])
def test_an_attribute_is_told_of_by_one_stage(later: str) -> None:
    """A later one does not say again what is wrong with it, or with what is inside of it."""
    assert all_of([stage("a: is owned"), stage(later, "ab: bad")]).faults == (
        "a: is owned",
        "ab: bad",
    )


def test_one_stage_may_say_several_things_of_an_attribute() -> None:
    """They are different faults, unlike those of two stages."""
    assert len(all_of([stage("a: too long", "a: not among x, y")]).faults) == 2


def test_faults_of_the_whole_body_hide_nothing() -> None:
    """They begin with a value, or with words: there is no attribute in that."""
    whole = '{"a": 1} is not valid under any of the schemas'
    other = '{"a": 1} has less than 3 properties'
    assert all_of([stage(whole, "Additional: b"), stage(other)]).faults[-1] == other
    assert all_of([stage(whole), stage(whole)]).faults == (whole,)


def test_that_there_are_more_is_told_once_and_last() -> None:
    """Whichever stages have not told all."""
    told = all_of([stage("a: x", PERHAPS_MORE), stage("b: x", AND_MORE)])
    assert told.faults == ("a: x", "b: x", AND_MORE)


def test_only_faults_are_kept() -> None:
    """Anything else goes its way; a stage that has kept faults may find further ones."""
    kept = stage("a: x", hint="Do.")
    with pytest.raises(BadRequest), kept:
        raise BadRequest("no")
    with kept:
        raise Invalid(["b: y"])
    assert (kept.found, kept.hint) == (("a: x", "b: y"), "Do.")
    assert not Faults()
