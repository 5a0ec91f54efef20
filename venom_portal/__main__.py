"""Run a management command: ``python -m venom_portal COMMAND`` or the installed ``venom-portal COMMAND``."""

import os
import select
import sys

from django.core.exceptions import ImproperlyConfigured


def main() -> None:
    """Hand ``sys.argv`` to Django; a setting that cannot be used ends the start with one clear line and exit code 1."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "venom_portal.settings")
    if data_dir := _data_dir_option(sys.argv):
        os.environ["VENOM_DATA_DIR"] = data_dir
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
        sys.stdout.flush()
    except ImproperlyConfigured as error:
        sys.exit(f"venom-portal: {error}")
    except BrokenPipeError:
        if not _has_lost_its_reader():
            raise
        sys.exit(1)


def _has_lost_its_reader() -> bool:
    """Tell whether whoever reads has had enough (``audit export | head``), and let nobody write to them any more."""
    pipe = select.poll()
    pipe.register(sys.stdout, select.POLLERR)
    is_lost = bool(pipe.poll(0))
    if is_lost:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes once more as it ends
    return is_lost


def _data_dir_option(arguments: list[str]) -> str | None:
    """Read ``--data-dir`` before Django does: the settings need it to find the database."""
    for position, argument in enumerate(arguments):
        if argument.startswith("--data-dir="):
            return argument.partition("=")[2]
        if argument == "--data-dir" and position + 1 < len(arguments):
            return arguments[position + 1]
    return None


if __name__ == "__main__":
    main()
