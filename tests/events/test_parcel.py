"""What is posted: the official body, CloudEvents, signatures, and what becomes of large events."""

import datetime as dt
from typing import Any

import orjson
import pytest
import standardwebhooks
from cloudevents.core.bindings.http import (
    HTTPMessage,
    from_binary_event,
    from_http_event,
    from_structured_event,
)

from api.events.cloudevents import attributes, binary
from api.events.filter import Filter
from api.events.kinds import untyped
from api.events.message import Message
from api.events.options import Format, Options
from api.events.parcel import CUT, Packer, Parcel
from api.events.signature import Secret, Secrets, make_secret
from api.events.subscription import Subscription
from api.store.document import Body, LogEntry, NewEvent
from api.webhooks import verify
from tests.fake_clock import START, FakeClock

BASE = "https://tmf.test/tmf-api/serviceOrdering/v4"
SECRET = make_secret(b"s" * 32)


def entry(what: str = "StateChange", resource: str = "serviceOrder", id_: str = "7") -> LogEntry:
    type_ = resource[:1].upper() + resource[1:]
    return LogEntry(
        position=17,
        rev=3,
        event=NewEvent(
            id="0190-e1",
            type=f"{type_}{what}Event",
            api="tmf641",
            resource=resource,
            resource_id=id_,
            time="2025-06-15T15:06:40.000Z",
        ),
        snapshot=Body(data={"id": id_, "@type": type_, "state": "held", "note": "n" * 100}),
    )


def message(made: LogEntry | None = None) -> Message:
    return Message(made or entry(), lambda _api, resource, id_: f"{BASE}/{resource}/{id_}")


def packed(
    form: Format = Format.TMF, query: str = "", largest: int = 10_000, *, signed: bool = True
) -> Parcel:
    secrets = Secrets((Secret(SECRET),)) if signed else Secrets()
    subscription = Subscription(
        "s", "tmf641", "http://x.test/", Filter(query, untyped), Options(secrets, form)
    )
    return Packer(FakeClock(), largest).pack(message(), subscription)


def test_the_official_body_is_unchanged() -> None:
    """Signed or not, and in the binary form of CloudEvents, it is the same bytes."""
    for parcel in (packed(), packed(signed=False), packed(Format.CLOUDEVENTS_BINARY)):
        assert parcel.body == message().raw
        assert parcel.headers["content-type"] == "application/json;charset=utf-8"
    assert not any(name.startswith("webhook-") for name in packed(signed=False).headers)


@pytest.mark.parametrize("form", list(Format))
def test_every_form_is_signed(form: Format, monkeypatch: pytest.MonkeyPatch) -> None:
    """The signature holds for the bytes that are posted; the standard's own library agrees."""
    parcel = packed(form)
    assert verify(parcel.headers, parcel.body, SECRET, now=START) == "0190-e1"

    class Then(dt.datetime):
        @classmethod
        def now(cls, tz: Any = None) -> dt.datetime:
            return dt.datetime.fromtimestamp(START, tz)

    monkeypatch.setattr(standardwebhooks.webhooks, "datetime", Then)
    standardwebhooks.Webhook(SECRET).verify(parcel.body, dict(parcel.headers))


@pytest.mark.parametrize(
    ("form", "reader"),
    [
        (Format.CLOUDEVENTS, from_structured_event),
        (Format.CLOUDEVENTS_BINARY, from_binary_event),
        (Format.CLOUDEVENTS, from_http_event),
        (Format.CLOUDEVENTS_BINARY, from_http_event),
    ],
)
def test_cloudevents_own_library_reads_them(form: Format, reader: Any) -> None:
    """Both modes are valid CloudEvents 1.0 with the same attributes, the official body the data."""
    parcel = packed(form)
    event = reader(HTTPMessage(dict(parcel.headers), parcel.body))
    assert event.get_specversion() == "1.0"
    assert event.get_id() == "0190-e1"
    assert event.get_source() == BASE
    assert event.get_type() == "tmf641.serviceOrder.stateChange"
    assert event.get_subject() == "7"
    assert event.get_time() == dt.datetime(2025, 6, 15, 15, 6, 40, tzinfo=dt.UTC)
    assert event.get_datacontenttype().startswith("application/json")
    assert event.get_dataschema().endswith("#/components/schemas/ServiceOrderStateChangeEvent")
    assert event.get_extension("sequence") == "00000000000000000017"
    data = event.get_data()
    assert (data if isinstance(data, dict) else orjson.loads(data)) == message().data


@pytest.mark.parametrize(
    ("what", "resource", "type_"),
    [
        ("Create", "productOrder", "tmf641.productOrder.create"),
        ("AttributeValueChange", "service", "tmf641.service.attributeValueChange"),
        ("Milestone", "serviceOrder", "tmf641.serviceOrder.milestone"),
        ("StateChange", "cancelServiceOrder", "tmf641.cancelServiceOrder.stateChange"),
        ("", "monitor", "tmf641.monitor.monitor"),
    ],
)
def test_names_of_types(what: str, resource: str, type_: str) -> None:
    """API, resource and what happened, with dots between them."""
    assert attributes(entry(what, resource), f"{BASE}/{resource}/7")["type"] == type_


def test_odd_ids_in_headers() -> None:
    """A key may hold anything; in a header it is percent-encoded, as the binding has it."""
    odd = 'a b"%é/\r\n'
    headers = binary(attributes(entry(id_=odd), f"{BASE}/serviceOrder/{odd}"))
    assert headers["ce-subject"] == "a%20b%22%25%C3%A9/%0D%0A"
    assert headers["ce-source"] == BASE
    assert all(value.isascii() and value.isprintable() for value in headers.values())


@pytest.mark.parametrize("form", list(Format))
def test_large_events_are_cut(form: Format) -> None:
    """Only what finds the resource is left of it, and a header says so; the rest is all there."""
    whole = len(message().raw)
    assert CUT not in packed(form, largest=whole).headers
    parcel = packed(form, largest=whole - 1)
    assert parcel.headers[CUT] == "true"
    body = orjson.loads(parcel.body)
    body = body.get("data", body)
    assert body["event"] == {
        "serviceOrder": {"id": "7", "href": f"{BASE}/serviceOrder/7", "@type": "ServiceOrder"}
    }
    assert {**body, "event": message().data["event"]} == message().data
    assert verify(parcel.headers, parcel.body, SECRET, now=START)


def test_fields_make_an_event_smaller() -> None:
    """What a query's `fields` leaves is measured, not what it takes away."""
    parcel = packed(query="fields=state", largest=len(message().raw) - 1)
    assert CUT not in parcel.headers
    assert orjson.loads(parcel.body)["event"]["serviceOrder"]["state"] == "held"
