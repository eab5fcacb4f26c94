"""Revisions (ETag), and creates that may be repeated (Idempotency-Key)."""

from collections.abc import Callable
from typing import Final

from api.conformance.exchange import Reply
from api.conformance.rule import Level, Rule
from api.conformance.rules.table import PART1, rule
from api.conformance.trial import Made, Trial
from api.conformance.verdict import NotApplicable, Unchecked

__all__ = ["RULES"]

_HERE: Final = f"{PART1} and RFC 9110, revisions"
_KEYS: Final = "Idempotency-Key (IETF draft), repeated creates"
_TRIES: Final = 10


def _tag(trial: Trial, made: Made) -> str:
    """The present ETag. Raises NotApplicable where there is none."""
    tag: str | None = trial.status(trial.get(made.url), 200).headers.get("etag")
    if tag is None:
        raise NotApplicable("replies have no ETag")
    return tag


def _last(again: Callable[[], Reply], wanted: int) -> Reply:
    """The reply at last: a process of the server may change the resource between two requests."""
    for _ in range(_TRIES):
        reply = again()
        if reply.status == wanted:
            break
    return reply


@rule("ETAG", "Reads and writes of one resource have an ETag, its revision.", _HERE, Level.SHOULD)
def tagged(trial: Trial) -> None:
    made = trial.some()
    tag = trial.status(trial.get(made.url), 200).header("etag")
    trial.check("ETag", holds=tag.endswith('"'), expected='"…"', came=tag)
    if trial.resource.offers("POST"):
        trial.make().reply.header("etag")


@rule("ETAG-CHANGES", "A change makes another ETag.", _HERE, Level.SHOULD)
def changes(trial: Trial) -> None:
    name = trial.changeable()
    made = trial.make()
    before = _tag(trial, made)
    trial.status(trial.patch(made, {name: "changed"}), 200, 202)
    after = _tag(trial, made)
    trial.check("ETag", holds=after != before, expected=f"not {before}", came=after)


@rule("ETAG-STAYS", "A patch that changes nothing leaves the ETag.", _HERE, Level.OURS)
def stays(trial: Trial) -> None:
    name = trial.changeable()
    made = trial.make()

    def same() -> tuple[str, str]:
        before, value = _tag(trial, made), trial.read(made).get(name)
        trial.status(trial.patch(made, {name: value}), 200)
        return before, _tag(trial, made)

    for _ in range(_TRIES):
        before, after = same()
        if before == after:  # else somebody else may have come between
            break
    trial.expect("ETag", after, before)


@rule("IF-NONE-MATCH", "If-None-Match with the present ETag: 304 without a body.", _HERE,
      Level.SHOULD)  # fmt: skip
def not_modified(trial: Trial) -> None:
    made = trial.some()

    def again() -> Reply:
        return trial.get(made.url, if_none_match=_tag(trial, made))

    reply = _last(again, 304)
    trial.status(reply, 304)
    trial.expect("the body", reply.text, "")


@rule("IF-NONE-MATCH-OTHER", "If-None-Match with another ETag: the resource.", _HERE, Level.SHOULD)
def modified(trial: Trial) -> None:
    made = trial.some()
    _tag(trial, made)
    trial.status(trial.get(made.url, if_none_match='"conformance"'), 200)


@rule("IF-MATCH-PATCH", "PATCH with a stale If-Match: 412, and nothing happens.", _HERE,
      Level.SHOULD)  # fmt: skip
def stale_patch(trial: Trial) -> None:
    name = trial.changeable()
    made = trial.make()
    old = _tag(trial, made)
    trial.status(trial.patch(made, {name: "first"}), 200, 202)
    trial.status(trial.patch(made, {name: "second"}, if_match=old), 412)
    trial.expect(name, trial.read(made).get(name), "first")


@rule("IF-MATCH-PRESENT", "PATCH with the present ETag in If-Match is done.", _HERE, Level.SHOULD)
def present_patch(trial: Trial) -> None:
    name = trial.changeable()
    made = trial.make()

    def again() -> Reply:
        return trial.patch(made, {name: "changed"}, if_match=_tag(trial, made))

    trial.status(_last(again, 200), 200, 202)
    trial.expect(name, trial.read(made).get(name), "changed")


@rule("IF-MATCH-DELETE", "DELETE with a stale If-Match: 412, and nothing happens.", _HERE,
      Level.SHOULD)  # fmt: skip
def stale_delete(trial: Trial) -> None:
    trial.need("POST", "DELETE/{id}")
    made = trial.make()
    _tag(trial, made)
    trial.status(trial.delete(made, if_match='"conformance"'), 412)
    trial.status(trial.get(made.url), 200)


@rule("IDEMPOTENCY-REPEAT", "The same key and body: the first reply again.", _KEYS, Level.OURS)
def repeated(trial: Trial) -> None:
    trial.need("POST")
    body = trial.body()
    key = f"{trial.mark}-{trial.subject.api}-{trial.resource.name}-1"
    first = trial.post(body, idempotency_key=key)
    if not first.ok:
        raise Unchecked(f"nothing could be created: POST answered {first.short}")
    second = trial.post(body, idempotency_key=key)
    trial.expect("status", second.status, first.status)
    trial.expect("id", second.object.get("id"), first.object.get("id"))


@rule("IDEMPOTENCY-OTHER", "The same key with another body: 409.", _KEYS, Level.OURS)
def repeated_otherwise(trial: Trial) -> None:
    trial.need("POST")
    key = f"{trial.mark}-{trial.subject.api}-{trial.resource.name}-2"
    first = trial.post(trial.body(), idempotency_key=key)
    if not first.ok:
        raise Unchecked(f"nothing could be created: POST answered {first.short}")
    trial.status(trial.post(trial.body(extension="another"), idempotency_key=key), 409)


RULES: Final[tuple[Rule, ...]] = (
    tagged,
    changes,
    stays,
    not_modified,
    modified,
    stale_patch,
    present_patch,
    stale_delete,
    repeated,
    repeated_otherwise,
)
