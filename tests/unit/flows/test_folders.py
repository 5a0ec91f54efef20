"""Nothing outside the allowed folders can be named or reached."""

import threading
from pathlib import Path

import pytest

from venom_portal.flows.documents.folders import OutsideError, open_inside, resolve_folder
from workflows.authoring import InputRefused


def _read(path: Path, root: Path) -> bytes:
    with open(open_inside(path, [root]), "rb") as file:  # noqa: PTH123 (a descriptor has no path)
        return file.read()


def test_resolve__takes_relative_folders_from_the_first_root(root: Path) -> None:
    (root / "docs").mkdir()
    assert resolve_folder("docs", [root]) == root / "docs"
    assert resolve_folder(str(root), [root]) == root


@pytest.mark.parametrize("folder", ["..", "/", "docs/../..", "link", "nul\0", "half\ud800"])
def test_resolve__refuses_what_is_outside(root: Path, folder: str) -> None:
    (root / "link").symlink_to(root.parent)
    with pytest.raises(InputRefused, match="VENOM_INPUT_ROOTS") as refused:
        resolve_folder(folder, [root])
    assert refused.value.field == "folder"


def test_resolve__does_not_tell_what_exists_outside(root: Path) -> None:
    messages = set()
    for name in ("secret.txt", "nothing"):
        with pytest.raises(InputRefused) as refused:
            resolve_folder(f"../{name}", [root])
        messages.add(refused.value.message.replace(name, "NAME"))
    assert len(messages) == 1


@pytest.mark.parametrize("folder", ["missing", "file.txt", "x" * 300])
def test_resolve__refuses_what_is_no_folder(root: Path, folder: str) -> None:
    (root / "file.txt").touch()
    with pytest.raises(InputRefused, match="not a folder"):
        resolve_folder(folder, [root])


def test_resolve__a_root_does_not_allow_its_namesakes(root: Path) -> None:
    namesake = root.with_name("root-too")
    namesake.mkdir()
    with pytest.raises(InputRefused):
        resolve_folder(str(namesake), [root])


def test_open__reads_through_links_that_stay_inside(root: Path) -> None:
    (root / "real").mkdir()
    (root / "real" / "a.txt").write_text("inside")
    (root / "link").symlink_to("real")
    assert _read(root / "link" / "a.txt", root) == b"inside"


def test_open__refuses_links_that_lead_outside(root: Path) -> None:
    (root / "link").symlink_to("../secret.txt")
    with pytest.raises(OutsideError):
        open_inside(root / "link", [root])


def test_open__never_reads_outside_while_folders_are_swapped_for_links(root: Path) -> None:
    outside = root.parent / "outside"
    for folder, text in ((outside, "secret"), (root / "real", "inside")):
        folder.mkdir()
        (folder / "a.txt").write_text(text)
    (root / "trap").symlink_to(outside)
    (root / "swapped").symlink_to("real")
    stop = threading.Event()

    def swap() -> None:
        """Make ``swapped`` a folder, then a link to the outside, over and over."""
        while not stop.is_set():
            (root / "swapped").unlink()
            (root / "real").rename(root / "swapped")
            (root / "swapped").rename(root / "real")
            (root / "trap").rename(root / "swapped")
            (root / "trap").symlink_to(outside)

    swapper = threading.Thread(target=swap)
    swapper.start()
    seen = set()
    try:
        for count in range(100_000):
            if count > 3000 and b"OutsideError" in seen:
                break
            try:
                seen.add(_read(root / "swapped" / "a.txt", root))
            except (OSError, OutsideError) as error:
                seen.add(type(error).__name__.encode())
    finally:
        stop.set()
        swapper.join()
    assert b"secret" not in seen
    assert b"OutsideError" in seen
