# Two commands to see it and to test it: `make demo`, `make test`.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# The first of these that is Python 3.11 or newer builds the environment; `make PYTHON=…` names another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; exit; }; done)
PIP = .venv/bin/python -m pip --disable-pip-version-check
export DJANGO_SETTINGS_MODULE = publisher.settings
# Compiled once, not by every process of the tests.
export PYTHONDONTWRITEBYTECODE =

help:  ## what can be made
	@grep -hE '^[a-z.-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z.-]+):.*## /\1\t/' | expand -t 12

.venv: .venv/runtime  ## the environment; .venv/bin/publisher is the command line

.venv/bin/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "Python 3.11 or newer is needed and $(if $(PYTHON),'$(PYTHON)' is none,was not found); install it, or name it with 'make PYTHON=/path/to/python3'." >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "'$(PYTHON) -m venv' failed; on Debian and Ubuntu the package python3-venv is missing." >&2; exit 1; }

.venv/runtime: requirements.txt pyproject.toml | .venv/bin/python
	@echo "Installing the locked requirements into .venv …"
	@$(PIP) install -q --no-deps --require-hashes -r requirements.txt
	@$(PIP) install -q --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: requirements-dev.txt .venv/runtime
	@echo "Installing the locked development requirements into .venv …"
	@$(PIP) install -q --no-deps --require-hashes -r requirements-dev.txt
	@touch $@

# For who has Node: what the tests of Bluesky's channel post to. SQLite is compiled for this very Node,
# whose headers stand beside it where they were not left out.
.venv/pds/installed: tests/channels/pds/package.json tests/channels/pds/package-lock.json | .venv/bin/python
	@echo "Installing the PDS of the tests into .venv/pds …"
	@mkdir -p $(@D) && cp tests/channels/pds/package*.json $(@D)
	@cd $(@D) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@cd $(@D) && node="$$(dirname "$$(dirname "$$(readlink -f "$$(command -v node)")")")" && \
		if [ -e "$$node/include/node/node.h" ]; then export npm_config_nodedir="$$node"; fi && \
		npm_config_build_from_source=true npm rebuild better-sqlite3 --loglevel=error
	@touch $@

demo: .venv/runtime  ## everything on this machine, an edition and a post sent for real; ONCE=1 stops after
	@.venv/bin/publisher demo $(if $(ONCE),--once)

test: .venv/dev  ## the whole test suite
	@.venv/bin/python -m compileall -q publisher workers tests
	@.venv/bin/python -m pytest -n 3 --dist worksteal -m "not chaos" --ignore tests/journeys $(ARGS)
	@# Apart: a browser's driver keeps an event loop running in the process that drives it.
	@.venv/bin/python -m pytest -n 2 --dist worksteal tests/journeys $(ARGS)

chaos: .venv/dev  ## everything breaks in the middle of an edition, in three minutes; ALL=1 takes longer
	@# Two houses at a time: mostly they wait for leases to run out.
	@.venv/bin/python -m pytest -n 2 --dist worksteal -m "chaos$(if $(ALL),, and not thorough)" tests/chaos $(ARGS)

bench: .venv/dev  ## how fast it is, as ratios measured in the same run
	@.venv/bin/python -m benchmarks.delivery
	@.venv/bin/python -m benchmarks.lanes
	@.venv/bin/python -m benchmarks.latency
	@.venv/bin/python -m benchmarks.signing
	@.venv/bin/python -m benchmarks.throttles
	@.venv/bin/python -m benchmarks.bounces

check: .venv/dev  ## format, lint, types, contracts, templates, migrations
	@.venv/bin/ruff format --check -q . || { echo "run 'make format'" >&2; exit 1; }
	@.venv/bin/ruff check -q .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-cache >/dev/null || .venv/bin/lint-imports --no-cache
	@.venv/bin/djlint templates --check --lint --quiet || .venv/bin/djlint templates --check --lint
	@.venv/bin/python -W ignore::RuntimeWarning -m django makemigrations --check --dry-run

format: .venv/dev  ## rewrite the code as `make check` wants it
	@.venv/bin/ruff check -q --fix . || true
	@.venv/bin/ruff format -q .
	@.venv/bin/djlint templates --reformat --quiet || true

lock:  ## resolve the requirements again, with hashes and without an index (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--no-annotate -q pyproject.toml -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--no-annotate -q --extra dev pyproject.toml -o requirements-dev.txt

.PHONY: help demo test chaos bench check format lock
