"""The translations: complete, compiled, true to what the code fills in, and spoken."""

import gettext
import shutil
import subprocess
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, Final

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.utils import translation
from django.utils.translation.template import templatize

from tests.contracts import po_files
from workflows.models.attempt import Attempt
from workflows.models.step import STEP_STATE_LABELS
from workflows.models.workflow import STATE_LABELS

ROOT: Final = Path(__file__).parents[2]
SOURCES: Final = ("venom_portal", "workflows", "audit", "control")
LANGUAGES: Final = [code for code, _ in settings.LANGUAGES if code != "en"]
NO_RUN: Final = "01a20777-2fe0-7603-8fde-cb58540062bc"
DATED: Final = ("POT-Creation-Date", "PO-Revision-Date", "Last-Translator", "Language-Team")
# What Django's own collector looks for; the plain names (_, gettext, ngettext) xgettext knows itself.
KEYWORDS: Final = (
    "gettext_noop",
    "gettext_lazy",
    "ngettext_lazy:1,2",
    "pgettext:1c,2",
    "pgettext_lazy:1c,2",
    "npgettext:1c,2,3",
    "npgettext_lazy:1c,2,3",
)

XGETTEXT: Final = shutil.which("xgettext")


def po_path(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def messages(language: str) -> list[po_files.Message]:
    """The translated texts of a language, without the file's header."""
    _header, *rest = po_files.read(po_path(language))
    assert rest
    return rest


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Every text that the code and the templates have translated."""
    files = [*modules(), *readable_templates(tmp_path_factory.mktemp("templates"))]
    keywords = [f"--keyword={keyword}" for keyword in KEYWORDS]
    command = [str(XGETTEXT), "--from-code=UTF-8", "--language=Python", "--output=-", *keywords]
    ran = subprocess.run(
        [*command, "--files-from=-"], input="\n".join(files), capture_output=True, encoding="utf-8", check=False
    )
    assert ran.returncode == 0, ran.stderr
    return {each.key for each in po_files.parse(ran.stdout)} - {""}


def modules() -> Iterator[str]:
    yield from (str(path) for path in chain.from_iterable((ROOT / name).rglob("*.py") for name in SOURCES))


def readable_templates(folder: Path) -> Iterator[str]:
    """Turn each template into a file that xgettext can read, as Django does."""
    for number, path in enumerate(sorted((ROOT / "templates").rglob("*.html"))):
        readable = folder / f"{number}.py"
        readable.write_text(templatize(path.read_text(encoding="utf-8"), origin=str(path)), encoding="utf-8")
        yield str(readable)


class TestReader:
    def test_parse__joins_lines_and_leaves_out_what_is_out_of_use(self) -> None:
        entry = '#, fuzzy, python-format\nmsgctxt "c"\nmsgid ""\n"a %(n)s\\n"\n"b"\nmsgstr "ä"\n'
        text = f'{entry}\n#~ msgid "x"\n#~ msgstr "y"\n'
        [found] = po_files.parse(text)
        assert (found.fuzzy, found.key, found.forms) == (True, "c\x04a %(n)s\nb", {0: "ä"})
        assert found.placeholders == {"%(n)s"}

    def test_parse__knows_plural_forms(self) -> None:
        [found] = po_files.parse('msgid "%(n)d a"\nmsgid_plural "%(n)d b"\nmsgstr[0] "c"\nmsgstr[1] "d"\n')
        assert not found.fuzzy
        assert found.catalogue() == {("%(n)d a", 0): "c", ("%(n)d a", 1): "d"}


class TestFiles:
    def test_messages__all_are_translated(self, messages: list[po_files.Message]) -> None:
        assert [each.key for each in messages if each.fuzzy or not each.forms or not all(each.forms.values())] == []

    def test_messages__have_all_plural_forms(self, language: str, messages: list[po_files.Message]) -> None:
        header = po_files.read(po_path(language))[0].forms[0]
        wanted = set(range(int(header.partition("nplurals=")[2].partition(";")[0])))
        counting = [each for each in messages if "msgid_plural" in each.fields]
        assert counting
        assert [each.key for each in counting if set(each.forms) != wanted] == []

    def test_messages__fill_in_what_the_code_gives(self, messages: list[po_files.Message]) -> None:
        assert [
            (each.key, text)
            for each in messages
            for text in each.forms.values()
            if po_files.placeholders(text) != each.placeholders
        ] == []

    def test_header__names_the_language_and_no_date_or_person(self, language: str) -> None:
        header = po_files.read(po_path(language))[0]
        assert not header.fuzzy
        fields = dict(line.split(": ", 1) for line in header.forms[0].splitlines())
        assert fields["Language"] == language
        assert not fields.keys() & set(DATED)

    def test_compiled_file__says_what_the_text_file_says(self, language: str) -> None:
        with po_path(language).with_suffix(".mo").open("rb") as file:
            compiled: Any = gettext.GNUTranslations(file)
        wanted: dict[str | tuple[str, int], str] = {}
        for message in po_files.read(po_path(language)):
            wanted |= message.catalogue()
        assert compiled._catalog == wanted


@pytest.mark.skipif(XGETTEXT is None, reason="gettext's xgettext is not installed")
class TestSources:
    def test_sources__have_no_text_without_an_entry(self, language: str, collected: set[str]) -> None:
        assert sorted(collected - {each.key for each in po_files.read(po_path(language))}) == [], "run `make messages`"

    def test_entries__are_all_used(self, messages: list[po_files.Message], collected: set[str]) -> None:
        assert sorted({each.key for each in messages} - collected) == [], "run `make messages`"


class TestSpoken:
    def test_states__are_named_in_the_language(self, language: str) -> None:
        labels = [*STATE_LABELS.values(), *STEP_STATE_LABELS.values(), Attempt._meta.verbose_name]
        with translation.override("en"):
            english = [str(label) for label in labels]
        with translation.override(language):
            assert [word for word, label in zip(english, labels, strict=True) if str(label) == word] == []

    @pytest.mark.parametrize(("number", "said"), [(1, "1 Lauf anhalten"), (2, "2 Läufe anhalten")])
    def test_numbers__choose_the_plural(self, number: int, said: str) -> None:
        with translation.override("de"):
            text = translation.ngettext("Pause %(count)d run", "Pause %(count)d runs", number)
        assert text % {"count": number} == said

    def test_numbers__choose_among_the_polish_plurals(self) -> None:
        with translation.override("pl"):
            forms = {translation.ngettext("Pause %(count)d run", "Pause %(count)d runs", n) for n in (1, 2, 5)}
        assert len(forms) == 3

    def test_refusal__is_in_the_language_that_is_asked_for(self, people: dict[str, User]) -> None:
        client = Client()
        client.force_login(people["operator"])
        said = {
            code: client.post(
                "/api/v1/workflow/operations/pause",
                {"workflow_id": NO_RUN},
                content_type="application/json",
                headers={"accept-language": code},
            )
            for code in ("en", "pl", "de")
        }
        assert {answer.status_code for answer in said.values()} == {404}
        assert said["de"].headers["content-language"] == "de"
        assert f"Es gibt keinen Lauf {NO_RUN}." in said["de"].content.decode()
        assert f"There is no run {NO_RUN}." in said["en"].content.decode()
        assert len({answer.json()["message"] for answer in said.values()}) == 3
