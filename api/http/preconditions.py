"""``If-Match`` and ``If-None-Match``: what is done only in some states of a resource.

A resource has another tag whenever its body is another (RFC 9110, 8.8.3 and 13). What the server
writes beside the body, such as when it will look at an order again, does not change it. A weak tag
counts as the strong one, for proxies that compress replies weaken the tags in them, and a bare one
as one in quotes.
"""

import re
from collections.abc import Container
from dataclasses import dataclass

from api.http.request import Request
from api.store.document import Document

__all__ = ["Preconditions", "etag"]

_TAG = re.compile(r'(?:W/)?"([^"]*)"|([^",\s]+)')


def etag(document: Document) -> str:
    """The entity tag of a resource as it was read."""
    return f'"{document.tag}"'


@dataclass(frozen=True, slots=True)
class _Tags(Container[str]):
    """The tags that one header names. ``every``: it is ``*``, which names them all."""

    every: bool
    named: frozenset[str]

    @classmethod
    def of(cls, header: str) -> "_Tags":
        named = frozenset(quoted or bare for quoted, bare in _TAG.findall(header))
        return cls(header.strip() == "*", named)

    def __contains__(self, tag: object) -> bool:
        return self.every or tag in self.named


@dataclass(frozen=True, slots=True)
class Preconditions(Container[str]):
    """Contains the tags at which a request may be done.

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

    def __contains__(self, tag: object) -> bool:
        return (self.match is None or tag in self.match) and not self.known(tag)

    def known(self, tag: object) -> bool:
        """Whether ``If-None-Match`` names the tag: the client of a read has that already."""
        return self.none_match is not None and tag in self.none_match

    @property
    def any_of(self) -> Container[str] | None:
        """Where a change is done; None: wherever the resource is, no tag was named."""
        named = self.match is not None and not self.match.every
        return self if named or self.none_match is not None else None
