"""The flow's steps as plain functions, on a folder of mixed files."""

import hashlib
import json
import os
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.unit.flows.conftest import ENGLISH, GERMAN, POLISH
from venom_portal.flows import document_ingest
from venom_portal.flows.documents import flow
from venom_portal.flows.documents.records import Batch, Listing
from workflows.authoring import InputRefused, PermanentError, StopRequested
from workflows.authoring.context import Context, activate
from workflows.values import encode, to_json

HOSTILE = "<script>alert('x')</script> & \"quoted\".txt"


class Kept(Context):
    """Keeps what a step saves, and asks it to stop when told."""

    def __init__(self) -> None:
        self.files: dict[str, str] = {}
        self.stop = False

    def should_stop(self) -> bool:
        return self.stop

    def save_artifact(self, name: str, content: str | bytes, content_type: str = "text/plain") -> str:
        assert isinstance(content, str)
        self.files[name] = content
        return super().save_artifact(name, content, content_type)


@pytest.fixture
def kept() -> Iterator[Kept]:
    context = Kept()
    activate(context)
    yield context
    activate(None)


@pytest.fixture
def mixed(root: Path) -> Path:
    """Texts, copies, near copies, binary, empty, hostile and undecodable names, a pipe, broken and escaping links."""
    folder = root / "mixed"
    (folder / "copies").mkdir(parents=True)
    (folder / "english.txt").write_text(ENGLISH)
    (folder / "copies/english.txt").write_text(ENGLISH)
    (folder / "copies/nearly.txt").write_text(ENGLISH.replace("herring", "mackerel"))
    (folder / "polish.txt").write_bytes(POLISH.encode("cp1250"))
    (folder / "german.md").write_text(GERMAN)
    (folder / "data.bin").write_bytes(bytes(range(256)) * 8)
    (folder / "empty").touch()
    (folder / HOSTILE.replace("/", "\\")).write_text("one two three")
    (folder / os.fsdecode(b"caf\xe9.txt")).write_text("four five")
    (folder / "broken").symlink_to("nowhere")
    (folder / "escape").symlink_to("../../secret.txt")
    (folder / "loop").symlink_to(".")
    os.mkfifo(folder / "pipe")
    return folder


def _run(folder: str, pattern: str = "*", max_files: int = 1000) -> dict[str, Any]:
    """Run the steps one after another, handing on values as JSON."""

    def handed_on(value: Any) -> Any:
        return json.loads(encode(to_json(value)))

    listing = handed_on(flow.find_files(folder, pattern, max_files))
    batches = handed_on(flow.share_out.invoke({"listing": listing}))
    inspected = [handed_on(flow.inspect_files.invoke({"batch": batch, "listing": listing})) for batch in batches]
    return handed_on(flow.write_report.invoke({"listing": listing, "inspected": inspected}))


def test_ingest__sums_up_a_mixed_folder(mixed: Path, kept: Kept) -> None:
    summary = _run(str(mixed))
    assert summary == {
        "folder": str(mixed),
        "pattern": "*",
        "files": 12,
        "left_out": 0,
        "skipped": 0,
        "bytes": sum(path.stat().st_size for path in mixed.rglob("*") if path.is_file() and not path.is_symlink()),
        "words": 3 * len(ENGLISH.split()) + len(POLISH.split()) + len(GERMAN.split()) + 5,
        "partly_counted": 0,
        "kinds": {"text": 7, "binary": 1, "empty": 1},
        "types": {"text/plain": 6, "application/octet-stream": 1, "inode/x-empty": 1, "text/markdown": 1},
        "encodings": {"ascii": 5, "cp1250": 1, "utf-8": 1},
        "languages": summary["languages"],
        "problems": {"gone": 1, "outside": 1, "special": 1},
        "exact_duplicates": {"groups": 1, "files": 1, "bytes": len(ENGLISH)},
        "near_duplicates": {"groups": 1, "files": 1},
        "reports": {"json": "artifacts/report.json", "html": "artifacts/report.html"},
    }
    assert {"en", "pl", "de"} <= summary["languages"].keys()


def test_ingest__json_report_names_every_file(mixed: Path, kept: Kept) -> None:
    summary = _run(str(mixed))
    report = json.loads(kept.files["report.json"])
    assert report["summary"] == {name: value for name, value in summary.items() if name != "reports"}
    files = {record["path"]: record for record in report["files"]}
    assert files["english.txt"]["sha256"] == hashlib.sha256(ENGLISH.encode()).hexdigest()
    assert files[r"caf\xe9.txt"]["words"] == 2
    assert files["escape"]["problem"] == "outside"
    assert [group["paths"] for group in report["exact_duplicates"]] == [["copies/english.txt", "english.txt"]]
    assert report["near_duplicates"][0]["others"][0]["path"] == "copies/nearly.txt"
    assert "sketch" not in files["english.txt"]


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_ingest__html_report_is_static_and_escapes_hostile_names(mixed: Path, kept: Kept) -> None:
    _run(str(mixed))
    page = kept.files["report.html"]
    elements = _Elements()
    elements.feed(page)
    assert not elements.names & {"script", "link", "img", "iframe", "object", "form", "base", "a"}
    assert not {name for name in elements.attributes if name == "style" or name.startswith(("on", "src", "href"))}
    assert page.count("<style>") == 1
    assert "&lt;script&gt;alert(&#x27;x&#x27;)" in page
    assert not re.search(r"url\(|@import", page)
    assert r"caf\xe9.txt" in page


def test_ingest__counts_what_it_leaves_out(mixed: Path, kept: Kept) -> None:
    summary = _run(str(mixed), "*.txt", 2)
    assert (summary["files"], summary["left_out"]) == (2, 6 - 2 + 1)
    assert "raise max_files" in kept.files["report.html"]


def test_ingest__an_empty_folder_gives_an_empty_report(root: Path, kept: Kept) -> None:
    assert _run(str(root))["files"] == 0
    assert "None." in kept.files["report.html"]


def test_ingest__tells_of_files_that_were_skipped(mixed: Path, kept: Kept) -> None:
    listing = flow.find_files(str(mixed), "*", 1000)
    records = flow.inspect_files(Batch(0, 5), listing)
    assert flow.write_report(listing, [records])["skipped"] == 7
    assert "was skipped" in kept.files["report.html"] or "were skipped" in kept.files["report.html"]


def test_ingest__a_file_that_vanishes_after_it_was_listed_is_reported(mixed: Path) -> None:
    listing = flow.find_files(str(mixed), "english.txt", 1000)
    (mixed / "english.txt").unlink()
    records = flow.inspect_files(Batch(0, listing.count), listing)
    problems = {record.path: record.problem for record in records}
    assert problems == {"english.txt": "gone", "copies/english.txt": "", "escape": "outside"}


def test_ingest__a_file_that_becomes_a_way_out_is_not_read(mixed: Path) -> None:
    listing = flow.find_files(str(mixed), "english.txt", 1)
    (mixed / "english.txt").unlink()
    (mixed / "english.txt").symlink_to("../../secret.txt")
    assert [record.problem for record in flow.inspect_files(Batch(0, 1), listing)] == ["outside"]


def test_find__looks_at_the_roots_itself(root: Path) -> None:
    with pytest.raises(PermanentError, match="VENOM_INPUT_ROOTS"):
        flow.find_files(str(root.parent), "*", 10)


def test_find__refuses_a_list_that_cannot_be_handed_on(root: Path) -> None:
    for _ in range(1700):
        (root / os.urandom(120).hex()).touch()
    with pytest.raises(PermanentError, match="max_files"):
        flow.find_files(str(root), "*", 10_000)


def test_steps__hand_back_their_work_when_asked_to_stop(mixed: Path, kept: Kept) -> None:
    listing = flow.find_files(str(mixed), "english.txt", 10)
    kept.stop = True
    with pytest.raises(StopRequested):
        flow.find_files(str(mixed), "*", 10)
    with pytest.raises(StopRequested):
        flow.inspect_files(Batch(0, 1), listing)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("folder", {"folder": "/", "pattern": "*"}),
        ("folder", {"folder": "missing", "pattern": "*"}),
        ("pattern", {"folder": ".", "pattern": "docs/*.txt"}),
        ("pattern", {"folder": ".", "pattern": "a\nb"}),
    ],
)
def test_check__refuses_and_names_the_field(root: Path, field: str, given: dict[str, str]) -> None:
    assert document_ingest.check is not None
    with pytest.raises(InputRefused) as refused:
        document_ingest.check(**given, max_files=1000)
    assert refused.value.field == field


def test_definition__bounds_its_input() -> None:
    properties = document_ingest.input_schema["properties"]
    assert document_ingest.input_schema["required"] == ["folder"]
    assert (properties["max_files"]["minimum"], properties["max_files"]["maximum"]) == (1, 10_000)
    assert properties["pattern"]["minLength"] == 1


def test_definition__finds_shares_out_reads_and_reports() -> None:
    nodes = document_ingest.graph.nodes
    assert list(nodes) == ["find-files", "share-out", "inspect-files", "write-report"]
    assert nodes["inspect-files"].over == "batch"


def test_batch_output__stays_small_in_the_worst_case() -> None:
    listing = Listing.of(Path("/"), "*", [Path("\x01" * 250)] * 10_000, 0)
    largest = listing.batches()[0]
    path = Path(*["\x01" * 250] * 16)
    records = flow.inspect_files(largest, Listing.of(Path("/"), "*", [path] * 10_000, 0))
    encode(to_json(records))
