"""Bodies of requests: JSON of bounded depth; ``DATA_UPLOAD_MAX_MEMORY_SIZE`` bounds its length."""

from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

MAX_DEPTH = 100


class BoundedJSONParser(JSONParser):
    """Reads JSON of up to ``MAX_DEPTH`` levels: what checks and stores it goes down level by level."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Parse the body.

        Raises:
            ParseError: it is not JSON, or nested too deeply.
        """
        try:
            body = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise _too_deep() from error
        if _is_deep(body):
            raise _too_deep()
        return body


def _is_deep(body: Any) -> bool:
    level = [body]
    for _depth in range(MAX_DEPTH):
        level = [part for item in level for part in _parts(item)]
        if not level:
            return False
    return True


def _parts(value: Any) -> list[Any]:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [part for part in parts if isinstance(part, dict | list)]


def _too_deep() -> ParseError:
    return ParseError(_("the body is nested more than %(limit)s levels deep") % {"limit": MAX_DEPTH})
