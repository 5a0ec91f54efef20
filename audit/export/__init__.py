"""The trail as a file: CSV for people and spreadsheets, JSON lines for programs."""

from audit.export.formats import FORMATS, chunks_of, content_type_of

__all__ = ["FORMATS", "chunks_of", "content_type_of"]
