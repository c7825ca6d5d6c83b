# The only commands to learn: demo, test, bench, docs.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help demo test lint bench docs clean

help: ## Say what there is
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

demo: .venv/.local ## A staging and a prod JupyterHub on this machine
	$(BIN)/deployer tools install
	$(BIN)/deployer deploy demo

test: .venv/.test lint ## Install what the tests need and run everything
	$(BIN)/python -m tests.setup
	$(BIN)/python -m pytest -n 3 --dist loadgroup

lint: .venv/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/.test ## Speeds, as ratios against something run side by side
	$(BIN)/python -m bench

docs: .venv/.test ## Regenerate what is generated: schemas and field reference
	$(BIN)/deployer schema

# A stamp per set of extras: installed again only when pyproject changes.
.venv/.%: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed, $(PYTHON) is older: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv || { rm -rf .venv; echo "no virtual environment could be made; on Debian: apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[$*]'
	@touch $@
