# Everything works in .venv/ and sets itself up. `make demo` is the place to start.
PYTHON ?= python3.11
PYTHON := $(shell command -v $(PYTHON) || command -v python3)
BIN := .venv/bin
# One more than the cores: tests wait for processes, and another can run meanwhile.
WORKERS ?= 3
# A start of Python compiles a thousand modules (2 s) where it may not keep what it compiled (0.9 s).
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo run test bench install machine format lint types suite

demo: .venv/ready
	@$(BIN)/askback demo $(if $(ONCE),--once)

run: .venv/ready
	@$(BIN)/askback up

install: .venv/ready

test: .venv/ready machine lint types suite

suite: .venv/ready
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup $(ARGS)

bench: .venv/ready machine
	$(BIN)/python -m benchmarks $(if $(ROWS),--rows $(ROWS))

format: .venv/ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: .venv/ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports

types: .venv/ready
	$(BIN)/mypy

# PostgreSQL and Chromium for the tests: Debian's packages, installed only where they are missing.
machine:
	@sh tests/machine.sh

.venv/ready: requirements.lock setup.cfg pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Askback needs Python 3.11 or newer")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

# The lock is made anew with `make lock` after a change of setup.cfg.
.PHONY: lock
lock:
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --extra test setup.cfg --output-file requirements.lock
