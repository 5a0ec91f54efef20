"""What a function's signature says: the JSON types of its parameters, as schemas and as checks."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, get_type_hints

from django.utils.translation import gettext as _
from pydantic import ConfigDict, PydanticUserError, TypeAdapter, create_model
from pydantic.errors import PydanticSchemaGenerationError

from workflows.authoring.errors import FlowError, Place

_VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


@dataclass(frozen=True)
class Parameter:
    """One parameter: its type hint (``Any`` for ``object``), its default, and the check that values go through."""

    name: str
    annotation: Any
    default: Any
    adapter: TypeAdapter[Any]

    @property
    def is_required(self) -> bool:
        """Whether a value has to be given."""
        return self.default is inspect.Parameter.empty


def place_of(function: Callable[..., Any]) -> Place:
    """Say where a function is written."""
    code = inspect.unwrap(function).__code__
    return Place(code.co_filename, code.co_firstlineno)


@cache
def parameters(function: Callable[..., Any]) -> Mapping[str, Parameter]:
    """Read the parameters of a step or workflow.

    Raises:
        FlowError: a parameter has no type hint, one that JSON cannot carry, or is ``*args`` or ``**kwargs``.
    """
    hints = _hints(function)
    return {name: _parameter(function, raw, hints) for name, raw in inspect.signature(function).parameters.items()}


def input_schema(function: Callable[..., Any]) -> dict[str, Any]:
    """Give the JSON Schema (draft 2020-12) of an object that holds a value for each parameter and nothing else."""
    fields: dict[str, Any] = {
        item.name: (item.annotation, ... if item.is_required else item.default)
        for item in parameters(function).values()
    }
    model = create_model(function.__name__, __config__=ConfigDict(extra="forbid"), **fields)
    schema: dict[str, Any] = model.model_json_schema()
    return schema


def _hints(function: Callable[..., Any]) -> dict[str, Any]:
    try:
        return get_type_hints(function, include_extras=True)
    except NameError as error:
        raise FlowError(
            place_of(function),
            function.__name__,
            _("a type hint names something unknown (%(detail)s)") % {"detail": error},
            _("import it at the top of the file"),
        ) from error


def _parameter(function: Callable[..., Any], raw: inspect.Parameter, hints: dict[str, Any]) -> Parameter:
    if raw.kind in _VARIADIC:
        raise _refusal(
            function, _("takes any number of arguments (%(name)s)") % {"name": raw.name}, _("write each parameter out")
        )
    if raw.name not in hints:
        raise _refusal(
            function,
            _("the parameter %(name)r has no type") % {"name": raw.name},
            _("add a type hint, such as %(name)s: str") % {"name": raw.name},
        )
    annotation = Any if hints[raw.name] is object else hints[raw.name]
    return Parameter(raw.name, annotation, raw.default, _adapter(function, raw.name, annotation))


def _adapter(function: Callable[..., Any], name: str, annotation: Any) -> TypeAdapter[Any]:
    try:
        adapter: TypeAdapter[Any] = TypeAdapter(annotation)
        binary = adapter.json_schema().get("format") == "binary"
    except (PydanticSchemaGenerationError, PydanticUserError):
        binary = True
    if binary:
        shown = getattr(annotation, "__name__", str(annotation))
        raise _refusal(
            function,
            _("the parameter %(name)r has the type %(type)s, which JSON cannot carry") % {"name": name, "type": shown},
            _("use str, int, float, bool, list, dict, a dataclass or a pydantic model"),
        )
    return adapter


def _refusal(function: Callable[..., Any], problem: str, remedy: str) -> FlowError:
    return FlowError(place_of(function), function.__name__, problem, remedy)
