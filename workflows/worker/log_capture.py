"""What a step logs or prints, kept with its run."""

import io
import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import NamedTuple, TextIO, cast

from django.db import DatabaseError, InterfaceError
from django.db.models import F

from workflows.engine.claim import Claim
from workflows.engine.outcome import storable
from workflows.engine.transaction import writing
from workflows.models import LogLine, Workflow

KEPT_LINES = 10_000
"""Lines that are kept of one attempt; further ones are counted."""
MAX_LINE = 8_192
MAX_LOGGER = 100
_HIGHEST_LEVEL = 32_767
_BATCH = 1_000
_NOT_OF_STEPS = ("workflows.", "celery.", "kombu.", "django.db")


class _Line(NamedTuple):
    at: datetime
    level: int
    logger: str
    message: str


class LogBuffer:
    """Takes the lines of one attempt from any thread, and writes them in batches."""

    def __init__(self, claim: Claim) -> None:
        self._claim = claim
        self._lines: list[_Line] = []
        self._taken = 0
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self.dropped = 0

    def add(self, level: int, logger: str, message: str) -> None:
        """Keep a line, or count it where the attempt has logged enough."""
        with self._lock:
            if self._taken >= KEPT_LINES:
                self.dropped += 1
                return
            self._taken += 1
            self._lines.append(_line(level, logger, message))

    def flush(self) -> None:
        """Write what has come in; each batch is a transaction of its own, so that the run is never held up for long.

        Raises:
            django.db.Error: a batch could not be written; it is kept for the next time.
        """
        with self._writing:
            while batch := self._take():
                try:
                    _write(self._claim, batch)
                except (DatabaseError, InterfaceError):
                    self._put_back(batch)
                    raise

    def _take(self) -> list[_Line]:
        with self._lock:
            batch, self._lines = self._lines[:_BATCH], self._lines[_BATCH:]
        return batch

    def _put_back(self, batch: list[_Line]) -> None:
        with self._lock:
            self._lines[:0] = batch


def _write(claim: Claim, batch: list[_Line]) -> None:
    with writing():
        # The run's row is locked by this update, so lines become visible in the order of their numbers.
        run = Workflow.objects.filter(pk=claim.workflow_id)
        if not run.update(log_seq=F("log_seq") + len(batch)):
            return
        first = run.values_list("log_seq", flat=True).get() - len(batch) + 1
        LogLine.objects.bulk_create(
            LogLine(
                workflow_id=claim.workflow_id,
                attempt_id=claim.attempt_id,
                seq=seq,
                step=claim.wire_id,
                level=line.level,
                logger=line.logger,
                message=line.message,
                at=line.at,
            )
            for seq, line in enumerate(batch, first)
        )


def _line(level: int, logger: str, message: str) -> _Line:
    """Make a line that both databases take, of bounded length."""
    shown = message if len(message) <= MAX_LINE else message[:MAX_LINE] + " …"
    return _Line(datetime.now(UTC), min(max(level, 0), _HIGHEST_LEVEL), storable(logger)[:MAX_LOGGER], storable(shown))


def _is_of_step(record: logging.LogRecord) -> bool:
    return _buffer is not None and not record.name.startswith(_NOT_OF_STEPS)


class _Handler(logging.Handler):
    """Hands log records of the running step to its buffer."""

    def emit(self, record: logging.LogRecord) -> None:
        if _buffer is None or not _is_of_step(record):
            return
        try:
            _buffer.add(record.levelno, record.name, self.format(record))
        except RecursionError:
            raise
        except Exception:  # noqa: BLE001 (as in every handler: a wrong log call is told on stderr and fails nobody)
            self.handleError(record)


class _Stdout(io.TextIOBase):
    """Takes what the running step prints, line by line; outside a step it passes everything on."""

    def __init__(self, original: TextIO) -> None:
        self._original = original
        self._rest = ""

    def write(self, text: str) -> int:
        if _buffer is None:
            return self._original.write(text)
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            _buffer.add(logging.INFO, "stdout", line)
        if len(self._rest) > MAX_LINE:
            self.end_line()
        return len(text)

    def end_line(self) -> None:
        """Give away what was printed without an end of line."""
        if self._rest and _buffer is not None:
            _buffer.add(logging.INFO, "stdout", self._rest)
        self._rest = ""

    def flush(self) -> None:
        if not self._original.closed:  # the interpreter flushes what is left at its end
            self._original.flush()


_buffer: LogBuffer | None = None
_stdout: _Stdout | None = None


def install() -> None:
    """Listen to this process's logging and printing; once, for all attempts that it will run."""
    global _stdout
    if _stdout is None:
        handler = _Handler(logging.DEBUG)
        handler.setFormatter(logging.Formatter("%(message)s"))
        for other in logging.getLogger().handlers:
            # What is kept with the run need not fill the worker's own log as well.
            other.addFilter(lambda record: not _is_of_step(record))
        logging.getLogger().addHandler(handler)
        _stdout = _Stdout(sys.stdout)
    sys.stdout = cast("TextIO", _stdout)


@contextmanager
def capture(buffer: LogBuffer) -> Iterator[None]:
    """Send what is logged and printed inside to the buffer."""
    global _buffer
    install()
    _buffer = buffer
    try:
        yield
    finally:
        assert _stdout is not None  # noqa: S101 (set by install)
        _stdout.end_line()
        _buffer = None
