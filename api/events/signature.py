"""The secrets of a subscription, and what is signed with them (Standard Webhooks). Pure.

A secret that was replaced goes on signing for a while beside the new one, so that a receiver may
change over when it suits him.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from api.errors import BadRequest
from api.jsontypes import JsonObject, JsonValue
from api.webhooks import PREFIX, key_of, sign

__all__ = [
    "ENTROPY",
    "Secret",
    "Secrets",
    "check_secret",
    "make_secret",
    "overlap_of",
    "secret_of",
]

ENTROPY = 32
"""Random bytes in a secret that the server makes."""

_LEAST, _MOST = 24, 64
"""Bytes of a key, as the specification wants them."""

_LONGEST = len(PREFIX) + 4 * -(-_MOST // 3)

_KEPT = 3
"""Secrets that sign at once, at most: each costs the receiver a header's length."""


def make_secret(entropy: bytes) -> str:
    """A secret of those random bytes."""
    return PREFIX + base64.b64encode(entropy).decode()


def check_secret(value: JsonValue) -> str:
    """A secret as a client chose it. Raises BadRequest where it cannot be one."""
    advice = f"Send {PREFIX} and the base64 of {_LEAST} to {_MOST} random bytes."
    if not isinstance(value, str) or len(value) > _LONGEST or not value.startswith(PREFIX):
        raise BadRequest(f"secret: does not begin with {PREFIX}, or is too long", advice)
    try:
        size = len(key_of(value))
    except ValueError:
        size = 0
    if not _LEAST <= size <= _MOST:
        raise BadRequest(f"secret: is not {_LEAST} to {_MOST} bytes in base64", advice)
    return value


def secret_of(asked: JsonObject, entropy: bytes) -> str:
    """The ``secret`` that a client chose, or one of those random bytes. Raises BadRequest."""
    return check_secret(asked["secret"]) if "secret" in asked else make_secret(entropy)


def overlap_of(asked: JsonObject, longest: float) -> float:
    """For how long an old secret is to sign on: ``overlap``, at most and by default the longest.

    Raises BadRequest.
    """
    value = asked.get("overlap", longest)
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise BadRequest("overlap: is no number of seconds", "Send 0 to end the old secret now.")
    return min(float(value), longest)


@dataclass(frozen=True)
class Secret:
    """One secret.

    Attributes:
        text: as the receiver has it.
        until: when it ends; None: it is the present one.
    """

    text: str
    until: float | None = None

    @cached_property
    def key(self) -> bytes:
        """What is signed with."""
        return key_of(self.text)


@dataclass(frozen=True, slots=True)
class Secrets:
    """The secrets of a subscription, the newest first; none: nothing is signed."""

    all: tuple[Secret, ...] = ()

    @classmethod
    def stored(cls, kept: Sequence[JsonObject]) -> "Secrets":
        """As `to_store` made them."""
        return cls(tuple(Secret(each["secret"], each.get("until")) for each in kept))

    def to_store(self) -> list[JsonObject]:
        """As JSON."""
        return [
            {"secret": each.text, **({} if each.until is None else {"until": each.until})}
            for each in self.all
        ]

    @property
    def present(self) -> str | None:
        """The newest one's text."""
        return self.all[0].text if self.all else None

    def rotated(self, text: str, now: float, overlap: float) -> "Secrets":
        """With a new one; those before it end after the overlap, or when they would have ended."""
        ends = now + overlap
        before = [
            Secret(each.text, ends if each.until is None else min(ends, each.until))
            for each in self.all
            if each.text != text
        ]
        living = [each for each in before if each.until is not None and each.until > now]
        return Secrets((Secret(text), *living[: _KEPT - 1]))

    def headers(self, id_: str, now: float, body: bytes) -> dict[str, str]:
        """The three headers of a delivery; empty where nothing is signed."""
        living = [each for each in self.all if each.until is None or each.until > now]
        if not living:
            return {}
        stamp = int(now)
        return {
            "webhook-id": id_,
            "webhook-timestamp": str(stamp),
            "webhook-signature": " ".join(sign(each.key, id_, stamp, body) for each in living),
        }
