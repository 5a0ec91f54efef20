"""An export as an answer over HTTP that is sent while it is written."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse
from django.utils import timezone

from audit.export.formats import content_type_of


def as_download(request: Any, name: str, chunks: Iterator[str]) -> StreamingHttpResponse:
    """Answer a request, Django's or the API's, with a file of this format; only one chunk is held at a time."""
    return streamed(request, f"audit-{timezone.now():%Y%m%dT%H%M%SZ}.{name}", content_type_of(name), chunks)


def streamed(request: Any, filename: str, content_type: str, chunks: Iterator[str]) -> StreamingHttpResponse:
    """Answer with a file that is sent while it is made."""
    # Of an iterator that does not fit the server Django would make a list first.
    is_async = hasattr(request, "scope")
    return StreamingHttpResponse(
        _from_thread(chunks) if is_async else chunks,
        content_type=content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{filename}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


async def _from_thread(chunks: Iterator[str]) -> AsyncIterator[str]:
    """Make each chunk in the request's own thread, which has the connection to the database."""
    following = sync_to_async(_following, thread_sensitive=True)
    while (chunk := await following(chunks)) is not None:
        yield chunk


def _following(chunks: Iterator[str]) -> str | None:
    return next(chunks, None)
