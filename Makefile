# Everything runs in .venv, made from a lock file with hashes; nothing outside this folder is changed.
# The first python3 on the PATH that has pip: an activated .venv has none. There may be no `which`.
PYTHON ?= $(shell IFS=:; for d in $$PATH; do "$$d/python3" -m pip --version >/dev/null 2>&1 && echo "$$d/python3" && break; done)
VENV := .venv
BIN := $(VENV)/bin
# --python lets the system's pip install into a venv that has none, so Debian's python3-venv is not needed.
# --no-compile: modules are compiled when they are first used, which saves a third of the install.
PIP := $(PYTHON) -m pip --disable-pip-version-check --python $(BIN)/python install --quiet --no-compile
WORKERS ?= 2
# What pytest is to run instead of everything, as it takes it.
TESTS ?=
# What tests/fresh.py is to do instead of everything.
FRESH ?=
PORT ?= 8501
HOST ?= 127.0.0.1

# Modules are compiled when they are first used, so this must be allowed: without it every process compiles them anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help install demo serve test check soak bench clean lock system fresh quick licences

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: $(BIN)/ducha ## Make .venv and install ducha into it

$(BIN)/python:
	$(PYTHON) -m venv --without-pip $(VENV)

$(BIN)/ducha: requirements.lock pyproject.toml | $(BIN)/python
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

# What is only to be had as source is built with the setuptools of the lock file.
$(VENV)/.dev: requirements-dev.lock $(BIN)/ducha
	$(PIP) --no-build-isolation --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(BIN)/ducha ## Build workspace/ from the shipped pack and data, score 2024, print the ranking
	$(BIN)/python -m scoring.cli.demo

serve: $(BIN)/ducha ## The pages of workspace/ at http://127.0.0.1:8501 (after make demo)
	$(BIN)/ducha serve --port $(PORT) --host $(HOST)

check: $(VENV)/.dev ## Style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

system: $(VENV)/.dev ## What the tests need beside Python, installed where missing (Debian, as root): tests/debian.py
	$(BIN)/python -m tests.debian

# Types take half a minute of one processor, most of it while what is missing is installed or the tests are collected.
test: $(VENV)/.dev ## Everything: checks, unit tests, property tests, both shipped packs
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	@said=$$(mktemp); $(BIN)/mypy >"$$said" 2>&1 & types=$$!; \
	$(BIN)/python -m tests.debian && \
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --durations=20 $(TESTS); tested=$$?; \
	wait $$types; typed=$$?; echo "$(BIN)/mypy"; cat "$$said"; rm -f "$$said"; exit $$((tested ? tested : typed))
	$(if $(TESTS),,$(BIN)/python -m tests.hours --short)

fresh: ## make demo and make test on a bare Debian built for it (root); FRESH="--place home --step demo" for a part
	$(PYTHON) -m tests.fresh $(FRESH)

quick: $(VENV)/.dev ## A minute for everyday use: style, imports, and the quickest tests of every file that fit
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/python -m tests.quick --workers $(WORKERS)

soak: system ## Ten thousand generated worlds, five thousand changed workbooks; all tests at other hours (hours)
	DUCHA_WORLDS=10000 $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal tests/scoring/test_agreement.py
	DUCHA_LAW_WORLDS=100 DUCHA_RANGE_WORLDS=1000 DUCHA_PARTLY_WORLDS=50 DUCHA_LINE_BATCHES=100 \
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal \
	tests/scoring/test_laws.py tests/scoring/test_partly.py tests/explain/test_calculations.py tests/explain/test_run.py
	DUCHA_COMPACT_WORLDS=100 $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal tests/scoring/test_compact_runs.py
	DUCHA_MUTANTS=5000 $(BIN)/python -m pytest tests/data/shown/test_mutants.py
	$(BIN)/python -m tests.packs.survivors
	$(BIN)/python -m tests.spark.alone
	$(BIN)/python -m tests.hours -- -n $(WORKERS) --dist worksteal

bench: $(VENV)/.dev ## Measure what the docs claim about speed; prints figures
	$(BIN)/python -m benchmarks

licences: $(BIN)/ducha ## What is installed and shipped, and under which licence
	$(BIN)/python -m scoring.cli.licences

lock: ## Renew the lock files (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet --extra dev --extra spark pyproject.toml -o requirements-dev.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet -c requirements-dev.lock pyproject.toml -o requirements.lock

clean: ## Remove .venv and workspace/
	rm -rf $(VENV) workspace workspace-published
