# `make` lists the targets. Everything runs in .venv, which is made on the first call and again when
# pyproject.toml or constraints.txt change. uv is used when it is there, python3's venv and pip otherwise.

VENV    := .venv
BIN     := $(VENV)/bin
STAMP   := $(VENV)/.made
WORKERS ?= 3
ARGS    ?=

# The interpreter: PYTHON=... from the call, else python3 when it is 3.11 to 3.13, else the newest of those by name.
SUITS   := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON  ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
             if "$$name" -c '$(SUITS)' >/dev/null 2>&1; then command -v "$$name"; break; fi; done)
UV      := $(shell uv --version >/dev/null 2>&1 && echo uv)

.DEFAULT_GOAL := help
.PHONY: help venv demo run test lint format bench bench-text crash month fuzz constraints clean

help:  ## This list
	@echo "newshawk: make TARGET"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

venv: $(STAMP)  ## The virtual environment .venv with the pinned packages, newshawk and its tools

$(STAMP): pyproject.toml constraints.txt
ifeq ($(strip $(PYTHON)),)
	@echo "newshawk needs Python 3.11, 3.12 or 3.13, and none of python3, python3.13, python3.12, python3.11 is one." >&2
	@echo "Install one (Debian: apt-get install python3 python3-venv) or name it: make PYTHON=/path/to/python3.12" >&2
	@exit 1
endif
	@$(BIN)/python -c '$(SUITS)' 2>/dev/null || rm -rf $(VENV)
ifeq ($(UV),uv)
	@test -x $(BIN)/python || uv venv --quiet --python "$(PYTHON)" $(VENV)
	uv pip install --quiet --python $(BIN)/python -r constraints.txt
	uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
else
	@test -x $(BIN)/pip || rm -rf $(VENV)
	@test -x $(BIN)/python || "$(PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "$(PYTHON) cannot make a virtual environment. Debian: apt-get install python3-venv" >&2; exit 1; }
	$(BIN)/pip install --quiet --disable-pip-version-check -r constraints.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
endif
	@touch $@

demo: $(STAMP)  ## The whole path on sample outlets: no network, no config, under a minute
	@$(BIN)/newshawk demo $(ARGS)

run: $(STAMP)  ## The daemon, with newshawk.toml here (ARGS="--config FILE" for another)
	@$(BIN)/newshawk run $(ARGS)

test: $(STAMP)  ## The tests (ARGS="tests/storage -k search" for some of them)
	@$(BIN)/pytest -n $(WORKERS) --dist worksteal $(ARGS)

lint: $(STAMP)  ## ruff, mypy and the layers of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMP)  ## Put the code in ruff's form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(STAMP)  ## The benchmarks in benchmarks/, one after the other
	@set -e; for name in feeds_table matching copies stories finding section_links crawl_corpora reextract learned redesign edits \
	  completeness throughput polling kept crash failures ladder removals; do \
	  echo "== $$name"; $(BIN)/python -m benchmarks.$$name; done

bench-text: $(STAMP)  ## How clean the text is: newshawk beside four other extractors, on pages with gold text
	@$(BIN)/python -m benchmarks.extraction $(ARGS)
	@$(BIN)/python -m benchmarks.stages

month: $(STAMP)  ## A simulated month of alerts: every mail in its window, none missing, none twice
	$(BIN)/python -m benchmarks.month

crash:  $(STAMP)  ## kill -9 at random moments of crawls (25 times) and of mail (100 times); nothing may be lost or doubled
	$(BIN)/python -m benchmarks.crash --kills 25
	$(BIN)/python -m benchmarks.crashmail --kills 100

fuzz: $(STAMP)  ## Damaged pages through the parser pool (ARGS="--rounds 50 --seed 2"); none may hang or break it
	$(BIN)/python -m benchmarks.fuzz $(ARGS)

constraints:  ## Write constraints.txt anew from pyproject.toml: the newest versions that fit (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --group dev --all-extras --upgrade \
	  --no-annotate --no-emit-index-url --custom-compile-command "make constraints" \
	  pyproject.toml -o constraints.txt

clean:  ## Remove .venv, caches and the demo's folder
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@test ! -e newshawk-demo/.newshawk-demo || rm -rf newshawk-demo
