SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed
LINKED := .venv/.linked
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard translations/*/LC_MESSAGES/*.po))
READY := $(LINKED) $(CATALOGUES)
TYPED := $(wildcard sifra reporter triage migrations wsgi.py translations tests) \
	$(if $(wildcard benchmarks/*.py),benchmarks)
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -qq
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header $(if $(UPGRADE),--upgrade)

.PHONY: help venv demo test test-long check fix bench pages messages language compile lock clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

venv: $(LINKED) ## The locked tools and the `sifra` command, in .venv

demo: $(READY) ## Both sites with example cases, from nothing; AT=2026-12-24T22:15 picks the moment
	$(BIN)/sifra demo $(if $(AT),--at $(AT))

test: $(READY) ## The tests; ARGS="-k mailbox" picks some
	$(BIN)/pytest $(ARGS)

test-long: $(READY) ## The tests that take minutes, and the layout of every page
	$(BIN)/pytest -m "long or pages" --hypothesis-profile=long $(ARGS)

check: $(READY) ## Format, lint, types, imports, catalogues
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy $(TYPED)
	$(BIN)/lint-imports --no-logo
	$(BIN)/python translations/check.py

fix: $(LINKED) ## Formats, and repairs what the linter can
	$(BIN)/ruff check --fix-only --show-fixes
	$(BIN)/ruff format

bench: $(READY) ## The benchmarks
	$(BIN)/python -m benchmarks $(ARGS)

pages: $(READY) ## Screenshots and accessibility findings of every page, in build/pages
	rm -rf build/pages
	SIFRA_PAGES=build/pages $(BIN)/pytest -m pages $(ARGS) || failed=$$?; \
	$(BIN)/python -m tests.journeys.contact_sheet build/pages; exit $${failed:-0}

messages: $(LINKED) ## Brings the catalogues in step with the code; then translate what is empty
	$(BIN)/python translations/check.py --update

# The shell has a LANG of its own, which is not the language that somebody asks for here.
language: $(LINKED) ## Begins a language for the public site: LANG=it
	PYTHONUTF8=1 $(BIN)/python translations/begin.py "$(if $(findstring command,$(origin LANG)),$(LANG))"

compile: $(CATALOGUES) ## The catalogues in the form that the sites read

lock: $(INSTALLED) ## Writes the pinned requirements anew; UPGRADE=1 takes the newest
	$(LOCK) requirements/run.in -o requirements/run.txt
	$(LOCK) requirements/dev.in -o requirements/dev.txt

clean: ## Removes what make has made
	rm -rf .venv build .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache *.egg-info
	rm -f translations/*/LC_MESSAGES/*.mo
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Only wheels: nothing that is installed runs code of its own while it is.
$(INSTALLED): requirements/dev.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) install --require-hashes --only-binary :all: -r requirements/dev.txt
	touch $@

$(LINKED): pyproject.toml $(INSTALLED)
	$(PIP) install --no-deps --no-index --no-build-isolation --editable .
	touch $@

# One process writes all that are old.
$(CATALOGUES) &: $(CATALOGUES:.mo=.po) | $(LINKED)
	$(BIN)/python translations/check.py --compile
