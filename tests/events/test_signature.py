"""The secrets of a subscription."""

import base64

import pytest

from api.errors import BadRequest
from api.events.signature import ENTROPY, Secret, Secrets, check_secret, make_secret
from api.webhooks import VerificationError, verify

A, B, C, D = (make_secret(bytes([each]) * ENTROPY) for each in range(4))
BODY = b'{"eventId":"1"}'


def of(size: int) -> str:
    return "whsec_" + base64.b64encode(b"k" * size).decode()


@pytest.mark.parametrize("size", [24, 32, 64])
def test_secrets_that_may_be_chosen(size: int) -> None:
    """From 24 to 64 bytes."""
    assert check_secret(of(size)) == of(size)


@pytest.mark.parametrize(
    "secret",
    [
        of(23),
        of(65),
        of(5000),
        of(24)[6:],
        "whsec_",
        "whsec_??",
        of(32)[:-1],
        "whsec_ä",
        7,
        None,
        [],
    ],
)
def test_secrets_that_may_not(secret: object) -> None:
    """Too short, too long, without prefix, no base64, no text: said with what to send."""
    with pytest.raises(BadRequest, match="secret: ") as refused:
        check_secret(secret)  # type: ignore[arg-type]
    assert "24 to 64" in refused.value.message


def test_rotation_with_overlap() -> None:
    """Both sign until the old one ends; receivers with either secret verify meanwhile."""
    secrets = Secrets((Secret(A),)).rotated(B, now=1000, overlap=100)
    for now, good, bad in ((1000, (A, B), (C,)), (1099, (A, B), ()), (1100, (B,), (A,))):
        headers = secrets.headers("1", now, BODY)
        assert len(headers["webhook-signature"].split(" ")) == len(good)
        for each in good:
            assert verify(headers, BODY, each, now=now) == "1"
        for each in bad:
            with pytest.raises(VerificationError):
                verify(headers, BODY, each, now=now)


def test_rotating_again_and_again() -> None:
    """Nothing lives longer than it would have, at most three sign, and none twice."""
    secrets = Secrets((Secret(A),)).rotated(B, 1000, 100).rotated(C, 1050, 100)
    assert secrets.all == (Secret(C), Secret(B, 1150), Secret(A, 1100))
    assert secrets.rotated(D, 1060, 100).all == (Secret(D), Secret(C, 1160), Secret(B, 1150))
    assert secrets.rotated(D, 1120, 100).all == (Secret(D), Secret(C, 1220), Secret(B, 1150))
    assert secrets.rotated(D, 1060, 0).all == (Secret(D),), "no overlap ends the others at once"
    assert secrets.rotated(C, 1060, 10).all == (Secret(C), Secret(B, 1070), Secret(A, 1070))


def test_they_are_kept_as_json() -> None:
    """What was stored comes back; without secrets nothing is signed."""
    secrets = Secrets((Secret(A),)).rotated(B, 1000, 100)
    assert Secrets.stored(secrets.to_store()) == secrets
    assert Secrets.stored([]).headers("1", 1000, BODY) == {}
