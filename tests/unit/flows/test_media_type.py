"""What type a file is said to be."""

import gzip
import io
import zipfile

import pytest

from venom_portal.flows.documents.media_type import type_of_binary, type_of_text

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
ELF = b"\x7fELF\2\1\1" + bytes(60)


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("photo.png", PNG, "image/png"),
        ("photo.txt", PNG, "image/png"),
        ("paper.pdf", PDF, "application/pdf"),
        ("changelog.Debian.gz", gzip.compress(b"x"), "application/gzip"),
        ("report.html.gz", gzip.compress(b"x"), "application/gzip"),
        ("letter.docx", _zip(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("LETTER.DOCX", _zip(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("archive.zip", _zip(), "application/zip"),
        ("package.whl", _zip(), "application/zip"),
        ("program", ELF, "application/octet-stream"),
        ("clip.mp4", bytes(range(128, 256)), "video/mp4"),
        ("notes.txt", bytes(range(128, 256)), "application/octet-stream"),
    ],
)
def test_binary__content_first_then_name(name: str, content: bytes, kind: str) -> None:
    assert type_of_binary(name, content) == kind


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("README", b"From here on, nothing is sure.", "text/plain"),
        ("README.md", b"# Title", "text/markdown"),
        ("page.html", b"<p>short", "text/html"),
        ("page", b"<!DOCTYPE html PUBLIC><html>", "text/html"),
        ("data.json", b"[]", "application/json"),
        ("drawing.svg", b"<svg/>", "image/svg+xml"),
        ("photo.png", b"not a photo", "text/plain"),
        ("key.bin", b"c2VjcmV0", "text/plain"),
        ("data:text/html,<b>x", b"x", "text/plain"),
        ("a.b:c;d,e", b"x", "text/plain"),
    ],
)
def test_text__name_first_if_it_can_be(name: str, content: bytes, kind: str) -> None:
    assert type_of_text(name, content) == kind
