# Everything a developer does. The environment lives in .venv; nothing is installed elsewhere.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEMO := $(VENV)/.demo
SET_UP := $(if $(wildcard $(READY)),$(READY),$(DEMO))
PYTEST ?= $(BIN)/pytest

FUZZ ?= 30
SEED ?= $(shell od -An -N4 -tu4 /dev/urandom | tr -d ' ')
SEED := $(SEED)
FUZZED := $(wildcard tests/property/test_*_reference.py)

.DEFAULT_GOAL := help
.PHONY: help setup demo test soak fuzz lint format bench engine golden docs picture clean

help: ## Show the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

setup: $(READY) ## Make the virtual environment with the package and its extras

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[demo,dev,languages]'
	$(BIN)/python -m compileall -q src
	@touch $(READY)

$(DEMO): pyproject.toml
	@echo "Setting up $(VENV) with the package and the demo's servers; this happens once."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[demo,languages]'
	@$(BIN)/python -m compileall -q src
	@touch $(DEMO)

demo: $(SET_UP) ## Run the main job on a small shop's mail, servers included
	@$(BIN)/inboxwatch demo

test: $(READY) ## Run the tests; those against real servers when the servers are installed
	$(PYTEST) --numprocesses auto --dist worksteal

soak: $(READY) ## Simulate a thousand runs of cron with faults, deliveries and kills
	$(BIN)/python -m tests.support.soak --seed $(SEED)

fuzz: $(READY) ## Hold the parsers against slow ones with many more examples; FUZZ=TIMES, SEED=NUMBER
	@echo "seed: $(SEED); the same examples again: make fuzz FUZZ=$(FUZZ) SEED=$(SEED)"
	FUZZ=$(FUZZ) $(PYTEST) --numprocesses auto --dist worksteal --hypothesis-seed=$(SEED) $(FUZZED)

lint: $(READY) ## Check style, types, import contracts and spelling
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell

format: $(READY) ## Set the code in its form
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format --quiet .

bench: $(READY) ## Measure speed and memory
	$(BIN)/python benchmarks/run_all.py

engine: $(READY) ## Measure us, the floor and the peers on one mailbox, and write it into docs
	$(BIN)/python benchmarks/engine.py --out docs

golden: $(READY) ## Write the golden files anew, to be read in the diff
	$(PYTEST) tests/golden --update-golden

docs: $(READY) ## Write the files that are made from the schema and the rules
	$(BIN)/python -m inboxwatch.config.reference

picture: $(READY) ## Draw the report that the documentation shows, with Chromium
	$(BIN)/python -m tests.support.picture docs/report.png

clean: ## Remove the environment and what tests and builds leave
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
