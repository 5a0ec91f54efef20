"""A folder of mixed files below an allowed root, with a secret beside the root."""

from pathlib import Path

import pytest

ENGLISH = """The harbour was quiet when the first boats came home, and nobody on the quay spoke a word.
Nets lay in heaps along the wall. A child counted the gulls, lost her place and began again from one.
By noon the market had opened, and the price of herring was shouted from one end of the street to the other."""
POLISH = """Zanim pierwsze łodzie wróciły do portu, na nabrzeżu było cicho i nikt nie odezwał się ani słowem.
Wzdłuż muru leżały stosy sieci. Dziewczynka liczyła mewy, pomyliła się i zaczęła jeszcze raz od początku."""
GERMAN = """Als die ersten Boote heimkehrten, war der Hafen still, und niemand am Kai sagte ein Wort darüber.
Netze lagen in Haufen längs der Mauer. Ein Mädchen zählte die Möwen, verzählte sich und begann von vorn."""


@pytest.fixture
def root(tmp_path: Path, settings: object) -> Path:
    """The allowed root; ``root.parent / "secret.txt"`` is outside."""
    path = tmp_path.resolve() / "root"
    path.mkdir()
    (path.parent / "secret.txt").write_text("secret")
    settings.VENOM_INPUT_ROOTS = (path,)
    return path
