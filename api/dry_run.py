"""What a create or a patch would come to: all of it is done but for writing.

What the true call refuses is refused alike, for the same code says so: the draft goes through the
same checks and hooks. What its process would find later, the package's preview tells.
"""

from collections.abc import Container
from dataclasses import dataclass

from api.commands import Commands
from api.declare import Preview
from api.draft import Draft
from api.jsontypes import JsonObject
from api.patch import Patch, without_nulls

__all__ = ["DryRun"]


@dataclass(frozen=True, slots=True)
class DryRun:
    """The dry runs of one resource.

    Attributes:
        commands: of the resource.
        preview: tells what its process would do.
    """

    commands: Commands
    preview: Preview

    async def create(self, body: JsonObject, *, internal: bool = False) -> JsonObject:
        """Of a create; the body may be modified. Raises what a create raises."""
        draft = self.commands.draft(body)
        if not internal:
            self.commands.examine(None, draft.body)
        self.commands.prepare(draft)
        await self.commands.admit(draft)
        found = await self.preview(draft, None)
        outcome = {name: value for name, value in draft.body.items() if name != "id"}
        return _reply(outcome, found)

    async def patch(
        self,
        id_: str,
        patch: Patch,
        if_match: Container[str] | None = None,
        *,
        internal: bool = False,
    ) -> JsonObject:
        """Of a client's patch. Raises what the patch raises."""
        resource = self.commands.resource
        before = await self.commands.get(id_)
        self.commands.check_revision(before, if_match)
        draft = Draft.of(before)
        self.commands.apply_patch(before, draft, patch)
        if not internal:
            self.commands.examine(before.body.data, draft.body)
        draft.known = await self.commands.look_ahead(before, draft)
        self.commands.revise(before, draft)
        if resource.lifecycle is not None:
            resource.lifecycle.check(str(before.body.data.get("state")), draft.state)
        return _reply(draft.body, await self.preview(draft, before))


def _reply(outcome: JsonObject, found: JsonObject) -> JsonObject:
    return {"dryRun": True, "problem": [], **found, "outcome": without_nulls(outcome)}
