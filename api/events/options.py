"""What a registration may ask for beside the official attributes. Pure.

``secret``: what its events are signed with; made by the server where the client chose none.
``format``: in which form they are posted.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from api.errors import BadRequest
from api.events.signature import Secret, Secrets, secret_of
from api.jsontypes import JsonObject, JsonValue
from api.store.document import Document

__all__ = ["Format", "Options"]


class Format(StrEnum):
    """The form of what is posted."""

    TMF = "tmf"
    CLOUDEVENTS = "cloudevents"
    CLOUDEVENTS_BINARY = "cloudevents-binary"


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a registration, as kept in its process state: never on the wire.

    Attributes:
        secrets: what is signed with; of a registration from before there were any: none.
        format: of what is posted.
    """

    secrets: Secrets = field(default_factory=Secrets)
    format: Format = Format.TMF

    @classmethod
    def asked(cls, body: JsonObject, entropy: bytes) -> "Options":
        """As a client asks for them. Raises BadRequest."""
        text = secret_of(body, entropy)
        return cls(Secrets((Secret(text),)), _format(body.get("format", Format.TMF)))

    @classmethod
    def of(cls, document: Document) -> "Options":
        """Of a stored registration; one from before there were any has the defaults."""
        kept: JsonObject | None = (document.process or {}).get("options")
        if not kept:
            return cls()
        return cls(Secrets.stored(kept.get("secrets", [])), Format(kept.get("format", Format.TMF)))

    def to_store(self) -> JsonObject:
        """As JSON."""
        return {"secrets": self.secrets.to_store(), "format": self.format.value}


def _format(value: JsonValue) -> Format:
    try:
        return Format(value)
    except ValueError:
        raise BadRequest(
            f"format: {str(value)[:100]!r} is not offered", f"Use one of: {', '.join(Format)}."
        ) from None
