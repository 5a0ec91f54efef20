"""Options that several commands have."""

from argparse import ArgumentParser

from django.utils.translation import gettext as _


def add_data_dir(parser: ArgumentParser) -> None:
    """Offer ``--data-dir``; ``venom_portal.__main__`` reads it before the settings do, and no abbreviation of it."""
    parser.allow_abbrev = False
    parser.add_argument("--data-dir", help=_("where database, keys, logs and configuration live (by default var)"))


def add_json(parser: ArgumentParser) -> None:
    """Offer ``--json``."""
    parser.add_argument("--json", action="store_true", dest="as_json", help=_("answer in JSON"))
