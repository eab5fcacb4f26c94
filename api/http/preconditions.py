"""``If-Match`` and ``If-None-Match``: what is done only at some revisions (RFC 9110, 13).

Tags are those of `etag`. A weak one counts as the strong one, for proxies that compress replies
weaken the tags in them.
"""

import re
from collections.abc import Container
from dataclasses import dataclass

from api.http.request import Request
from api.store.document import Document

__all__ = ["Preconditions", "etag"]

_REVISION = re.compile(r'(?:W/)?"?(\d{1,18})"?', re.ASCII)


def etag(document: Document) -> str:
    """The entity tag of a resource as it was read: its revision."""
    return f'"{document.rev}"'


@dataclass(frozen=True, slots=True)
class _Tags(Container[int]):
    """The revisions that one header names. ``every``: it is ``*``, which names them all."""

    every: bool
    revisions: frozenset[int]

    @classmethod
    def of(cls, header: str) -> "_Tags":
        found = (_REVISION.fullmatch(tag.strip()) for tag in header.split(","))
        return cls(header.strip() == "*", frozenset(int(match[1]) for match in found if match))

    def __contains__(self, rev: object) -> bool:
        return self.every or rev in self.revisions


@dataclass(frozen=True, slots=True)
class Preconditions(Container[int]):
    """Contains the revisions at which a request may be done.

    Attributes:
        match: the tags of ``If-Match``: it is to be one of them; None: not sent.
        none_match: the tags of ``If-None-Match``: it must be none of them; None: not sent.
    """

    match: _Tags | None
    none_match: _Tags | None

    @classmethod
    def of(cls, request: Request) -> "Preconditions":
        """Those of a request."""
        sent = (request.headers.get(name) for name in ("if-match", "if-none-match"))
        return cls(*(None if header is None else _Tags.of(header) for header in sent))

    def __contains__(self, rev: object) -> bool:
        return (self.match is None or rev in self.match) and not self.known(rev)

    def known(self, rev: object) -> bool:
        """Whether ``If-None-Match`` names the revision: the client of a read has it already."""
        return self.none_match is not None and rev in self.none_match

    @property
    def any_of(self) -> Container[int] | None:
        """Where a change is done; None: at every revision, none was named."""
        named = self.match is not None and not self.match.every
        return self if named or self.none_match is not None else None
