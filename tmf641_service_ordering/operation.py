"""What a client's PATCH of a running order's items does. Pure."""

from collections import Counter
from collections.abc import Mapping

from api.catalog.model import Catalog
from api.draft import Draft
from api.errors import BadRequest, Conflict
from api.jsontypes import JsonObject
from api.patch import identical
from api.store.document import Document
from tmf641_service_ordering.amendment import Amendment
from tmf641_service_ordering.board import Board
from tmf641_service_ordering.decision import Decision, decide
from tmf641_service_ordering.items import placed, told_of, walk
from tmf641_service_ordering.plan import Duplicate

__all__ = ["amend"]


def amend(before: Document, draft: Draft, catalog: Catalog, now: str) -> None:
    """Takes a patched order's items over into its plan.

    Raises Conflict or BadRequest, naming the item, where that cannot be done.
    """
    _check_ids(draft)
    old = {str(item["id"]): item for item in walk(before.body.data["serviceOrderItem"])}
    wanted = _wanted_states(draft, old)
    board = Board(draft)
    shown = Board(Draft.of(before)).back
    _check_back(shown, board, draft)
    board.back = {**shown, **board.back}
    own = {id_: item for id_, item in old.items() if id_ not in shown}
    change = Amendment(draft, board, own, catalog)
    change.keep()
    if change.content():
        change.check()
        change.apply(now)
    for step in reversed(board.carries()):  # dependants first
        if step.id in wanted:
            decide(before, draft, board, wanted[step.id], now)
    board.save()
    if (change.content() or wanted) and _held_by_items(before, draft):
        draft.body["state"] = "inProgress"


def _check_back(shown: Mapping[str, JsonObject], board: Board, draft: Draft) -> None:
    """Of dropped items that are held, people decide; they are part of the order no more."""
    for id_, item in board.back.items():
        if not identical({**item, "state": "held"}, {**shown.get(id_, {}), "state": "held"}):
            at, name = told_of(draft.body["serviceOrderItem"], id_)
            raise Conflict(
                f"{at} an item of that id is still being taken back",
                f"Change nothing but the state of {name}, or give the new item another id.",
            )


def _held_by_items(before: Document, draft: Draft) -> bool:
    """Whether the order is held because of its items; one that a client has suspended stays so."""
    stopped = draft.state == before.body.data["state"] == "held"
    return stopped and not draft.process.get("suspended")


def _check_ids(draft: Draft) -> None:
    ids = Counter(str(item["id"]) for item in walk(draft.body["serviceOrderItem"]))
    id_, count = ids.most_common(1)[0]
    if count > 1:
        raise BadRequest(
            f"serviceOrderItem: {Duplicate(id_)}",
            "Give every serviceOrderItem an id of its own, nested ones too.",
        )


def _wanted_states(draft: Draft, old: Mapping[str, JsonObject]) -> dict[str, Decision]:
    """The states that the client wants items to have; the items keep theirs for now."""
    wanted: dict[str, Decision] = {}
    for path, item in placed(draft.body["serviceOrderItem"]):
        id_ = str(item["id"])
        was = str(old.get(id_, {}).get("state", "acknowledged"))
        if item.setdefault("state", was) != was:
            wanted[id_] = Decision(id_, path, was, str(item["state"]))
            item["state"] = was
    return wanted
