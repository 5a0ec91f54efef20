"""Why an operation was refused. The code is stored and sent; the words are in the caller's language."""

from typing import Any

from workflows.states import ReasonCode


class Refused(Exception):  # noqa: N818 (a regular answer)
    """An operation did not happen, and nothing was changed. Survives pickling: all arguments are in ``args``."""

    def __init__(
        self, code: ReasonCode, message: str, fields: dict[str, list[str]] | None = None, **extra: Any
    ) -> None:
        super().__init__(code, message, fields, extra)
        self.code = code
        self.message = message
        self.fields = fields or {}
        self.extra = extra

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        code, message, fields, extra = self.args
        return _rebuild, (code, message, fields, extra)


def _rebuild(code: ReasonCode, message: str, fields: dict[str, list[str]] | None, extra: dict[str, Any]) -> Refused:
    return Refused(code, message, fields, **extra)
