# Two commands for a newcomer: `make run` and `make test`. Needed: Python 3.11+ with venv, git.

VENV ?= .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8000
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
# One more than there are cores: journeys and faults wait as much as they work.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
# Compiled once here: where PYTHONDONTWRITEBYTECODE is set, each start would compile all anew.
UV_INSTALL = $(BIN)/uv pip install -q --compile-bytecode --python $(BIN)/python
# H006 H013: images are decoration drawn by CSS or carry their size. H015 T001 T003: tastes. H030
# H031: meta keywords are of no use. H043: a button that submits is what is meant. H052: the page of
# a payment under way looks again by itself. H021 (inline style) stays on: the CSP forbids it, and
# mails alone, which know nothing else, are left out.
DJLINT_OFF := H006,H013,H015,H030,H031,H043,H052,T001,T003

.PHONY: run test lint install bench pictures drawing mutants lock clean format browser

run: $(VENV)/.installed
	@HOST=$(HOST) PORT=$(PORT) $(BIN)/python -m eventsapp run --host $(HOST) --port $(PORT)

install: $(VENV)/.installed

# Each of several processes reads all tests: compiled once, even where nothing shall be written
# (PYTHONDONTWRITEBYTECODE), it takes half as long.
test: $(VENV)/.installed-test browser
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/djlint templates --quiet --lint --profile jinja --extend-exclude templates/email --ignore $(DJLINT_OFF)
	$(BIN)/python tests/check_migrations.py

format: $(VENV)/.installed-test
	$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

bench: $(VENV)/.installed-test
	$(BIN)/python -m tests.bench $(BENCH)

pictures: $(VENV)/.installed-test browser
	$(BIN)/python -m tests.pictures

# A browser is taken from the machine; where there is none and the package manager may be used,
# it is installed. Tests that need one say so loudly when there still is none.
browser: $(VENV)/.installed-test
	@$(BIN)/python -m tests.browser --install

drawing: $(VENV)/.installed-test
	$(BIN)/python -m tests.drawing

# By hand, not part of the tests: do the tests of the rules see it when a rule is changed?
mutants: $(VENV)/.installed-test
	$(BIN)/python -m tests.mutants $(MUTANTS)

lock:
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --group test --group lint --group mutants pyproject.toml -o requirements-test.lock

$(VENV)/.uv:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with venv is needed"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv || echo "uv is not available: pip installs instead"
	@touch $@

$(VENV)/.installed: pyproject.toml requirements.lock | $(VENV)/.uv
	@if test -x $(BIN)/uv; then $(UV_INSTALL) --require-hashes -r requirements.lock && $(UV_INSTALL) --no-deps -e .; \
	else $(BIN)/python -m pip install -q --require-hashes -r requirements.lock && $(BIN)/python -m pip install -q --no-deps -e .; fi
	@$(BIN)/python -m compileall -q eventsapp
	@touch $@

$(VENV)/.installed-test: requirements-test.lock $(VENV)/.installed
	@if test -x $(BIN)/uv; then $(UV_INSTALL) --require-hashes -r requirements-test.lock; \
	else $(BIN)/python -m pip install -q --require-hashes -r requirements-test.lock; fi
	@touch $@

clean:
	rm -rf $(VENV) mutants var build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
