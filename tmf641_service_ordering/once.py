"""Patches of other processes, each done once per key, also if repeated after a crash. Pure.

Between a patch and its repetition people may have moved the order on. So an order remembers the
last keys, in the write that does what was asked under them.
"""

from collections.abc import Callable
from typing import Final

from api.draft import Draft
from api.jsontypes import JsonObject
from api.store.document import Document

__all__ = ["done_under", "once"]

_REMEMBERED: Final = "patched"

_KEPT: Final = 32
"""Keys that an order remembers: whoever patches it repeats no patch but the last ones."""


def done_under(process: JsonObject | None, key: str | None) -> bool:
    """Whether the order was patched under this key already."""
    return key is not None and key in (process or {}).get(_REMEMBERED, ())


def once(
    edit: Callable[[Document, Draft], None], key: str | None
) -> Callable[[Document, Draft], None]:
    """The edit, but nothing where it was done under this key already."""
    if key is None:
        return edit

    def edit_once(before: Document, draft: Draft) -> None:
        if done_under(draft.process, key):
            return
        edit(before, draft)
        draft.process[_REMEMBERED] = [*draft.process.get(_REMEMBERED, ()), key][-_KEPT:]

    return edit_once
