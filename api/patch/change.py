"""A client's patch: a document and the media type that says how to read it."""

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from api.errors import BadRequest
from api.jsontypes import JsonObject, JsonValue
from api.patch.json_patch import json_patch
from api.patch.json_patch_query import json_patch_query
from api.patch.merge import merge_patch
from api.patch.pointer import END, is_index, parse_pointer
from api.query.parse import Types

__all__ = ["JSON_PATCH", "JSON_PATCH_QUERY", "MERGE_PATCH", "PATCH_TYPES", "Patch"]

MERGE_PATCH: Final = "application/merge-patch+json"
JSON_PATCH: Final = "application/json-patch+json"
JSON_PATCH_QUERY: Final = "application/json-patch-query+json"

PATCH_TYPES: Final = (MERGE_PATCH, "application/json", JSON_PATCH, JSON_PATCH_QUERY)
"""What a PATCH takes (TMF630 part 1 and 5); plain JSON is a merge-patch."""

_MERGED: Final = (MERGE_PATCH, "application/json")

_TAKEN: Final = {"remove": "path", "move": "from"}
"""The member of an operation that names what it takes out."""


@dataclass(frozen=True, slots=True)
class Patch:
    """A change that a client asks for.

    Attributes:
        document: as it was sent, less the resource's own href.
        media: its media type, one of `PATCH_TYPES`.
        sent: the document as it was sent where that is something else.
    """

    document: JsonValue
    media: str = MERGE_PATCH
    sent: JsonValue = None

    def apply(self, body: JsonObject, types: Types) -> JsonObject:
        """The body as the patch leaves it: all of it done, or none.

        ``types`` tells the kinds of attributes, for conditions. Raises BadRequest where the patch
        itself is wrong, Conflict where it does not fit the body, TooLarge where it copies too much.
        """
        if self.media == JSON_PATCH:
            return json_patch(body, self.document)
        if self.media == JSON_PATCH_QUERY:
            return json_patch_query(body, self.document, types)
        if not isinstance(self.document, dict):
            raise BadRequest("the patch is not a JSON object", "Send a JSON Merge Patch object.")
        # href is not stored: clients patch with what they read
        changes = {name: value for name, value in self.document.items() if name != "href"}
        # a copy: what the server fills in is not the client's, should the patch be applied again
        merged: JsonObject = merge_patch(body, copy.deepcopy(changes))
        return merged

    def takes_for_granted(
        self, places: Iterable[tuple[str | int, ...]], before: JsonObject
    ) -> bool:
        """Whether it changes objects at all these places, which are not there before.

        ``{"serviceSpecification": {"version": "2"}}`` is right where there is a specification, and
        takes it for granted elsewhere. Of no places: no.
        """
        found = [place for place in places if self.media in _MERGED]
        return bool(found) and all(
            bool(place) and _object_at(self.document, place) and not _object_at(before, place)
            for place in found
        )

    def removed(self) -> frozenset[str]:
        """Dotted paths of what its operations take out by name; indexes are left out of them.

        An array that a merge-patch replaces may lack what was in it: that is no such removal.
        """
        if self.media not in (JSON_PATCH, JSON_PATCH_QUERY):
            return frozenset()
        return frozenset(
            ".".join(name for name in parse_pointer(path) if name != END and not is_index(name))
            for each in self.document
            if each["op"] in _TAKEN
            for path in [each[_TAKEN[each["op"]]].partition("?")[0]]
        )


def _object_at(node: JsonValue, place: tuple[str | int, ...]) -> bool:
    """Whether there is an object at a place to which names alone lead: arrays are given whole."""
    for name in place:
        if not isinstance(node, dict) or not isinstance(name, str):
            return False
        node = node.get(name)
    return isinstance(node, dict)
