# Targets a newcomer needs: `make demo`, `make test`. The others are for people who change Sortal.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help

.PHONY: help
help:  ## say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/core: pyproject.toml requirements/ci.txt
	@$(PYTHON) -c 'import sys; sys.exit("Sortal needs Python 3.11 or later; found " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --constraint requirements/ci.txt --editable .
	@touch $@

$(VENV)/dev: $(VENV)/core
	$(PIP) install --constraint requirements/ci.txt --editable '.[deep,dev]'
	@touch $@

.PHONY: demo
demo: $(VENV)/core  ## train on the example bricks, then tell new pictures apart
	$(BIN)/sortal train examples/bricks --group-by '([^/]+)-\w\.jpg' -o demo/bricks.onnx --report demo/bricks.html
	$(BIN)/sortal predict demo/bricks.onnx examples/bricks/pin examples/README.md

.PHONY: test
test: $(VENV)/dev  ## run the whole test suite
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 -m 'not browser'
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -m browser

.PHONY: check
check: $(VENV)/dev  ## lint, format, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

.PHONY: format
format: $(VENV)/dev  ## put the code into its format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

frontend/node_modules/.package-lock.json: frontend/package-lock.json
	cd frontend && npm ci --no-audit --no-fund

.PHONY: frontend
frontend: frontend/node_modules/.package-lock.json  ## build the pages of map and studio (needs node and npm)
	cd frontend && npx tsc --noEmit && node build.mjs

.PHONY: frontend-check
frontend-check: frontend/node_modules/.package-lock.json  ## types of the pages, and that what ships is what they build
	cd frontend && npx tsc --noEmit && node build.mjs --check

.PHONY: lock
lock: $(VENV)/dev  ## write down the versions that CI uses
	$(BIN)/python -m pip freeze --exclude-editable | grep -v ' @ ' | sed 's/+cpu$$//' > requirements/ci.txt

.PHONY: clean
clean:  ## remove the environment and everything made
	rm -rf $(VENV) demo build dist src/*.egg-info
