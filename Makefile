# Every target first installs what it needs into .venv. The machine needs Python 3.11 or newer and make.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
HOST = 127.0.0.1
PORT = 8000
CLIENTS =
export PIP_DISABLE_PIP_VERSION_CHECK := 1
LOCK := $(BIN)/uv pip compile --no-config --universal --python-version 3.11 --generate-hashes \
        --no-header --no-emit-index-url --no-emit-find-links --quiet $(LOCK_FLAGS)

.DEFAULT_GOAL := help
.PHONY: help setup serve test check heavy guide browser ecosystem languages mutants static format openapi docs bench accuracy lock clean

help:  ## Show this list.
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 18

# A stamp is newer than the locks it was made from, so that set-up is done once and again whenever a lock changes.
$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Needs Python 3.11 or newer; try: make PYTHON=python3.13")'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.runtime: requirements/build.txt requirements/runtime.txt pyproject.toml | $(VENV)/.created
	$(BIN)/pip install --quiet --require-hashes -r requirements/runtime.txt -r requirements/build.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --no-index --editable .
	touch $@

$(VENV)/.development: requirements/development.txt $(VENV)/.runtime
	$(BIN)/pip install --quiet --require-hashes -r requirements/development.txt
	touch $@

$(VENV)/.ecosystem: requirements/ecosystem.txt $(VENV)/.development
	$(BIN)/pip install --quiet --require-hashes --no-build-isolation -r requirements/ecosystem.txt
	touch $@

setup: $(VENV)/.development  ## Install everything for development into .venv.

serve: $(VENV)/.runtime  ## Serve on this machine; PORT=8080 and HOST=0.0.0.0 serve elsewhere.
	$(BIN)/distscore serve --host $(HOST) --port $(PORT)

test: setup  ## Run the tests, without the ones that take minutes.
	$(BIN)/pytest --numprocesses auto -m "not (heavy or guide or browser or ecosystem or languages)"

check: static test guide  ## Everything that must hold before a change lands.

heavy: setup  ## Run the tests that take minutes: accuracy on all rows, fuzzing, endurance.
	$(BIN)/pytest -m heavy

guide: setup  ## Work through the examples of CONTRIBUTING.md, each in a copy of the tree.
	$(BIN)/pytest -m guide

browser: setup  ## Try the page in a real browser; needs Chromium (Debian: apt install chromium).
	$(BIN)/pytest -m browser

ecosystem: $(VENV)/.ecosystem  ## Grow boosted trees, and summarize with Spark and Ray; needs Java 17 or newer.
	$(BIN)/pytest -m ecosystem

languages: setup  ## Generate clients from the OpenAPI document, compile them and let them ask the service.
	$(BIN)/pytest -m languages -k "$(CLIENTS)"

mutants: setup  ## Plant an error of 1e-8 in each number, one at a time: minutes; fails where no law catches one.
	$(BIN)/python -m tests.mutants

static: setup  ## Format, lint, types, and that openapi/openapi.json is what the code says.
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/distscore openapi --check

format: setup  ## Format, and mend what lint can mend.
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

openapi: setup  ## Write openapi/openapi.json anew.
	$(BIN)/distscore openapi

docs: setup  ## Write docs/catalog.md and the signatures of the client's methods anew.
	$(BIN)/python -m tests.docs.catalog_page
	$(BIN)/python -m tests.docs.client_methods

bench: setup  ## Write bench/RESULTS.md anew: speed and memory beside peers, torch and jax where they are installed.
	$(BIN)/python -m bench --results

accuracy: setup  ## Measure every formula against 50-digit values.
	$(BIN)/python -m bench.accuracy

lock: setup  ## Compile the hashed locks anew; LOCK_FLAGS=--upgrade takes the newest versions.
	$(LOCK) pyproject.toml --extra server -o requirements/runtime.txt
	$(LOCK) --group build -c requirements/runtime.txt -o requirements/build.txt
	$(LOCK) pyproject.toml --extra data --group development -c requirements/runtime.txt -c requirements/build.txt \
	    -o requirements/development.txt
	$(LOCK) --group ecosystem -c requirements/development.txt -o requirements/ecosystem.txt

clean:  ## Remove .venv and caches.
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .schemathesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
