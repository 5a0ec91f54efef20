# Every target makes its own .venv first, from the locked requirements, when there is none or when they have changed.
# `make up ARGS="--port 9000"` hands options on.

PYTHON ?= python3
ARGS ?=

BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-emit-find-links pyproject.toml

LANGUAGES := -l pl -l de
TEXTS := $(wildcard locale/*/LC_MESSAGES/django.po)

.PHONY: help up test test-sqlite test-postgres test-real test-real-postgres test-browser faults lint types bench messages lock

help:
	@echo "make up        start the portal with demo accounts; Ctrl-C stops it"
	@echo "make test      run all tests"
	@echo "make faults    break a portal on purpose and see that nothing is lost; ARGS=\"--minutes 30\" for the night"
	@echo "make lint      check style, layering, templates and migrations"
	@echo "make types     check the types"
	@echo "make bench     measure the engine beside raw Celery"
	@echo "make messages  collect the texts to translate and compile the translations"
	@echo "make lock      resolve the dependencies anew"

up: .venv/.runtime-stamp
	@exec $(BIN)/python manage.py up --demo $(ARGS)

# Three at a time: with four, workers under test miss heartbeats. First what starts real processes, most of which wait; the browser, whose pages are to be quick, last.
test: .venv/.dev-stamp
	@$(MAKE) --no-print-directory --keep-going --jobs 3 test-real test-real-postgres test-postgres test-sqlite test-browser

test-sqlite: .venv/.dev-stamp
	$(BIN)/python -m pytest $(ARGS) tests/unit tests/contracts tests/integration

# What any request is answered, and that seeded bugs are caught, does not depend on the database: once is enough.
test-postgres: .venv/.dev-stamp
	VENOM_TEST_POSTGRES=1 $(BIN)/python -m pytest $(ARGS) --ignore tests/contracts/test_fuzz.py --ignore tests/integration/proof \
		tests/contracts tests/integration

test-real: .venv/.dev-stamp
	$(BIN)/python -m pytest $(ARGS) tests/acceptance

test-real-postgres: .venv/.dev-stamp
	VENOM_TEST_POSTGRES=1 $(BIN)/python -m pytest $(ARGS) $(addprefix tests/acceptance/test_, real_workers.py real_bulk.py \
		truth.py real_trail.py real_recovery.py crash_points.py real_pressure.py)

test-browser: .venv/.dev-stamp
	$(BIN)/python -m pytest $(ARGS) tests/browser

faults: .venv/.dev-stamp
	$(BIN)/python -m tests.faults $(ARGS)

lint: .venv/.dev-stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
	$(BIN)/djlint --profile django --lint --quiet templates
	$(BIN)/python manage.py makemigrations --check --dry-run

types: .venv/.dev-stamp
	$(BIN)/mypy

bench: .venv/.dev-stamp
	$(BIN)/python -m bench $(ARGS)

# Dates and people stay out of the files: each collection would change them, and history knows them better.
messages: .venv/.dev-stamp
	$(BIN)/python manage.py makemessages $(LANGUAGES) --no-obsolete --no-wrap --add-location file \
		--ignore ".venv/*" --ignore "var/*" --ignore "tests/*" --ignore "bench/*"
	sed -i.dated -E '/^"(Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team): /d' $(TEXTS)
	rm $(TEXTS:=.dated)
	$(BIN)/python manage.py compilemessages $(LANGUAGES) --ignore ".venv/*"

lock: .venv/.dev-stamp
	$(COMPILE) --output-file requirements.lock
	$(COMPILE) --extra dev --constraint requirements.lock --output-file requirements-dev.lock

.venv/.runtime-stamp: requirements.lock | .venv/bin/pip
	$(INSTALL) requirements.lock
	@touch $@

.venv/.dev-stamp: requirements-dev.lock | .venv/bin/pip
	$(INSTALL) requirements-dev.lock
	@touch $@ .venv/.runtime-stamp

.venv/bin/pip:
	@$(PYTHON) -c "import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))" \
		|| { echo "Venom Portal needs Python 3.11 to 3.14; name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv .venv \
		|| { rm -rf .venv; echo "$(PYTHON) cannot make a virtual environment; Debian has that in the package python3-venv" >&2; exit 1; }
