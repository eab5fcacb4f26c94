"""All that the spec says of one resource's bodies, compiled."""

from collections.abc import Callable
from dataclasses import dataclass, field

from api.declare import Resource
from api.jsontypes import JsonObject
from api.schema.extension import Extensions
from api.schema.kinds import KindOf
from api.schema.shape import Shape, compile_shape
from api.schema.validator import Validator

__all__ = ["ResourceSchema"]


@dataclass(frozen=True, slots=True)
class ResourceSchema:
    """The schemas of a resource.

    Attributes:
        create: validates the body of a create; None where the document has no create.
        stored: validates a whole resource, as a patch leaves it.
        shape: its normal form.
        kinds: how its attributes are compared.
        events: the types of the events that the document has for it.
        extensions: the schemas that bodies may name.
    """

    create: Validator | None
    stored: Validator
    shape: Shape
    kinds: KindOf
    events: frozenset[str]
    extensions: Extensions = field(default_factory=Extensions)

    @classmethod
    def compile(
        cls, resource: Resource, schemas: JsonObject, resolve: Callable[[str], JsonObject]
    ) -> "ResourceSchema":
        """Compiles what a document says of a resource."""
        read = {"$ref": f"#/components/schemas/{resource.type}"}
        create = {"$ref": f"#/components/schemas/{resource.create_schema}"}
        creatable = resource.create_schema in schemas
        # what a create must hold, a patch cannot take away
        stored = {"allOf": [read, create]} if creatable else read
        return cls(
            create=Validator(create, schemas) if creatable else None,
            stored=Validator(stored, schemas),
            shape=compile_shape(stored, resolve),
            kinds=KindOf(stored, resolve),
            events=frozenset(
                name
                for name in schemas
                if name.startswith(resource.type) and name.endswith("Event")
            ),
        )
