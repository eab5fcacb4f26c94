# Everything a new user or a maintainer runs. Needs Python >= 3.11 and make; the rest is set up here.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.setup-done
WORKERS ?= 2

.PHONY: help setup demo test test-all lint types generate conformance bench bench-scale clean

help: ## Lists what there is.
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

setup: $(STAMP) ## Makes .venv with the project and its development tools.

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 …")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --group dev --editable .
	@$(BIN)/python -m compileall -q api tmf*  # so that the first start is as quick as the others
	@touch $@

demo: setup ## Posts a bundle order and shows it being carried to an active service.
	$(BIN)/python examples/demo.py

test: setup ## Runs the tests (under 5 minutes on 2 cores).
	$(BIN)/python -m pytest -n $(WORKERS) -m "not slow"

test-all: setup ## Runs the slow tests too (crashes, long random runs), with random examples.
	$(BIN)/python -m pytest -n $(WORKERS) --hypothesis-profile others

lint: setup ## Style and import rules.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: setup ## mypy --strict.
	$(BIN)/mypy

generate: setup ## Makes the models anew from the specs.
	$(BIN)/turnup generate

conformance: setup ## Tests our own server by every rule, and writes docs/conformance.md.
	$(BIN)/turnup conformance --markdown docs/conformance.md

bench: setup ## Measures the server against a floor, side by side.
	$(BIN)/python -m benchmarks.requests
	$(BIN)/python -m benchmarks.events

bench-scale: setup ## Compares lists of a million services with lists of ten thousand (2 GB, minutes).
	$(BIN)/python -m benchmarks.scale

clean: ## Removes what setup and the tests made.
	rm -rf $(VENV) .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
