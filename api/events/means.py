"""What all deliveries of a process share."""

from dataclasses import dataclass

from api.clock import Clock
from api.events.endpoints import Endpoints
from api.events.kinds import EventKinds
from api.events.limits import Limits, Schedule
from api.events.members import Members
from api.events.message import Href
from api.events.parcel import Packer
from api.events.sender import Sender
from api.events.tail import Tail
from api.store.protocol import Store

__all__ = ["Means"]


@dataclass(frozen=True, slots=True)
class Means:
    """What all deliveries of a process share.

    Attributes:
        store: with the log, the subscriptions and the records.
        clock: time.
        members: the processes that deliver, this one among them.
        tail: brings new events to those who have read everything else.
        kinds: of the attributes of events, by which queries are read.
        packer: makes what is posted.
        sender: posts.
        endpoints: give deliveries their turns.
        href: of resources.
        schedule: of further tries.
        limits: of everything else.
    """

    store: Store
    clock: Clock
    members: Members
    tail: Tail
    kinds: EventKinds
    packer: Packer
    sender: Sender
    endpoints: Endpoints
    href: Href
    schedule: Schedule
    limits: Limits
