"""What all generated models are built on."""

from pydantic import BaseModel, ConfigDict

__all__ = ["SpecModel"]


class SpecModel(BaseModel):
    """An object of a TMF API, typed.

    Attributes that its schema does not name are kept (TMF630: open to extension). Attributes whose
    names are no Python names have aliases: `at_type` is `@type`. The validator is only built when a
    model is first used, since most models of a document never are.
    """

    model_config = ConfigDict(extra="allow", populate_by_name=True, defer_build=True)
