# Two commands matter: `make demo` shows Easel, `make test` proves it.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help demo run test test-unit fuzz check languages install litellm format lock things pictures bench load clean
.DEFAULT_GOAL := help

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Easel needs Python 3.11 or newer; '$(PYTHON)' is not on the PATH. Install it, or name another: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; v = sys.version_info; v >= (3, 11) or sys.exit(f"Easel needs Python 3.11 or newer; {sys.executable} is {v[0]}.{v[1]}. Name another: make PYTHON=python3.12 …")'
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { v=$$($(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])'); echo "This Python has no venv module. On Debian or Ubuntu: apt-get install python$$v-venv (or python3-venv); then run the same command again." >&2; exit 1; }
	@echo "Making $(VENV) …"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing Easel (hashed lock file, into $(VENV)) …"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@echo "Installing what the tests need …"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)-litellm/.installed: requirements-litellm.lock $(VENV)/.installed-dev
	@echo "Installing a LiteLLM proxy for its test (hashed lock file, into $(VENV)-litellm) …"
	@$(PYTHON) -m venv --without-pip $(VENV)-litellm
	@$(BIN)/uv pip install --quiet --python $(VENV)-litellm/bin/python --require-hashes --compile-bytecode -r requirements-litellm.lock
	@touch $@

litellm: $(VENV)-litellm/.installed ## what the test with a real LiteLLM proxy needs

install: $(VENV)/.installed ## what running needs, in .venv

demo: install ## install, start Easel with the built-in model and the web page
	@exec $(BIN)/easel demo

run: install ## run with your settings (EASEL_*, .env)
	@exec $(BIN)/easel run

test: $(VENV)/.installed-dev ## all tests, with coverage; what failed runs once more and is named
	@$(BIN)/python -m tests

test-unit: $(VENV)/.installed-dev ## the tests without network, disk or process, in seconds
	@$(BIN)/python -m pytest -m unit -q

fuzz: $(VENV)/.installed-dev ## the property tests with new examples, many of them
	@$(BIN)/python -m pytest -n auto -m hypothesis --hypothesis-profile fuzz --timeout 600

check: $(VENV)/.installed-dev ## format, lint, types, import contracts
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/.installed-dev ## write the code as ruff would
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lock: $(VENV)/.installed-dev ## make the lock files anew from pyproject.toml
	@$(BIN)/uv pip compile pyproject.toml --group build --universal --generate-hashes --no-emit-index-url --no-strip-extras --python-version 3.11 --quiet --upgrade -o requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --group build --group dev --universal --generate-hashes --no-emit-index-url --no-strip-extras --python-version 3.11 --quiet --upgrade -o requirements-dev.lock
	@$(BIN)/uv pip compile --group pyproject.toml:litellm --universal --generate-hashes --no-emit-index-url --no-strip-extras --python-version 3.11 --quiet --upgrade -o requirements-litellm.lock

languages: $(VENV)/.installed-dev ## bring the translations up to date with the sentences; names what is missing
	@$(BIN)/python scripts/languages.py

things: $(VENV)/.installed-dev ## pack the built-in model's drawings and words anew, from two npm packages
	@rm -rf build/things && mkdir -p build/things
	@cd build/things && npm pack --silent @iconify-json/fluent-emoji-flat@1.2.6 emojibase-data@17.0.0
	@cd build/things && for f in *.tgz; do mkdir "$${f%.tgz}" && tar xzf "$$f" -C "$${f%.tgz}" --strip-components 1; done
	@$(BIN)/python scripts/pack_things.py build/things

pictures: $(VENV)/.installed-dev ## draw the README's pictures anew, in a real browser
	@$(BIN)/python -m tests.readme_pictures

bench: $(VENV)/.installed-dev ## timings, beside a floor
	@$(BIN)/python -m tests.bench

load: $(VENV)/.installed-dev ## several replicas under load: pace, waits, and that nothing is lost or doubled
	@$(BIN)/python -m tests.bench.load $(LOAD)

clean: ## remove the environment and caches (never your data)
	rm -rf $(VENV) $(VENV)-litellm .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage* build dist
