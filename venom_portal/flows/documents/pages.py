"""The report as people and programs read it: a page and a JSON document."""

import json
from dataclasses import asdict
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language, get_language_info, gettext_lazy

from venom_portal.flows.documents.duplicates import SIMILARITY
from venom_portal.flows.documents.inspection import TEXT_BYTES
from venom_portal.flows.documents.records import FileRecord
from venom_portal.flows.documents.report import Report
from venom_portal.flows.documents.sketches import COMPARED_CHARACTERS, MIN_WORDS, SHINGLE_WORDS
from venom_portal.flows.documents.text import LANGUAGE_CHARACTERS, SAMPLE_BYTES

PROBLEMS = {
    "outside": gettext_lazy("leads outside the folders that may be read"),
    "gone": gettext_lazy("gone, or a link that leads nowhere"),
    "forbidden": gettext_lazy("may not be read"),
    "special": gettext_lazy("a pipe, socket or device, not a file"),
    "unlisted": gettext_lazy("a folder that could not be listed"),
    "unreadable": gettext_lazy("could not be read"),
}
KINDS = {"text": gettext_lazy("text"), "binary": gettext_lazy("binary"), "empty": gettext_lazy("empty")}
LANGUAGES = {"und": gettext_lazy("undetermined"), "zxx": gettext_lazy("no language")}

LIMITS = {
    "words_counted_in_first_bytes": TEXT_BYTES,
    "encoding_guessed_from_first_bytes": SAMPLE_BYTES,
    "language_guessed_from_first_characters": LANGUAGE_CHARACTERS,
    "compared_first_characters": COMPARED_CHARACTERS,
    "compared_by_runs_of_words": SHINGLE_WORDS,
    "compared_from_words": MIN_WORDS,
    "near_duplicate_from_similarity": SIMILARITY,
}


def as_json(report: Report) -> str:
    """Write the whole report as JSON: totals, groups and every file."""
    content = {
        "created_at": timezone.now().isoformat(timespec="seconds"),
        "limits": LIMITS,
        "summary": report.summary(),
        "exact_duplicates": [
            {"sha256": group[0].sha256, "size": group[0].size, "paths": [record.path for record in group]}
            for group in report.exact
        ],
        "near_duplicates": [
            {"first": group.first, "others": [{"path": path, "similarity": share} for path, share in group.others]}
            for group in report.near
        ],
        "files": [_without_sketch(record) for record in report.records],
    }
    return json.dumps(content, ensure_ascii=False, indent=1)


def as_html(report: Report) -> str:
    """Write the whole report as a page of its own, without scripts and with nothing to load."""
    summary = report.summary()
    return render_to_string(
        "flows/document_report.html",
        {
            "report": report,
            "summary": summary,
            "created_at": timezone.now(),
            "lang": get_language() or "en",
            "similarity_percent": round(SIMILARITY * 100),
            "counts": [
                (gettext_lazy("Types"), list(summary["types"].items())),
                (gettext_lazy("Languages"), [(language_name(code), n) for code, n in summary["languages"].items()]),
                (gettext_lazy("Encodings"), list(summary["encodings"].items())),
            ],
            "troubled": [(record.path, PROBLEMS[record.problem]) for record in report.troubled],
            "near": [
                (group.first, [(path, round(share * 100)) for path, share in group.others]) for group in report.near
            ],
            "files": [(record, KINDS[record.kind], language_name(record.language)) for record in report.readable],
        },
    )


def language_name(code: str) -> str:
    """Return a language's name in the reader's language, or its code where it has none."""
    if code in LANGUAGES:
        return str(LANGUAGES[code])
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def _without_sketch(record: FileRecord) -> dict[str, Any]:
    return {name: value for name, value in asdict(record).items() if name != "sketch"}
