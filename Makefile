# Two commands on a fresh machine: make demo, make test. Nothing else needs to be installed first but Python 3.11+.
PYTHON ?= python3
BIN = .venv/bin
export QA_SHARED ?= ../shared

.PHONY: setup demo serve test test-all bench lint clean

setup: .venv/ready

.venv/ready: requirements.lock pyproject.toml
	@if command -v uv >/dev/null 2>&1; then \
	  test -x $(BIN)/python || uv venv -q --python $(PYTHON) .venv; \
	  uv pip install -q --python $(BIN)/python --require-hashes -r requirements.lock && \
	  uv pip install -q --python $(BIN)/python --no-deps -e .; \
	else \
	  test -x $(BIN)/python || $(PYTHON) -m venv .venv; \
	  $(BIN)/python -m pip install -q --require-hashes -r requirements.lock && \
	  $(BIN)/python -m pip install -q --no-deps -e .; \
	fi
	@touch $@

demo: setup
	$(BIN)/qa demo

serve: setup
	$(BIN)/qa serve

test: setup
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q -n auto --maxprocesses 4 --dist loadfile

test-all: setup
	$(BIN)/python -m pytest -q -m "slow or browser" -n auto --maxprocesses 2 --dist loadfile

bench: setup
	$(BIN)/python -m pytest -q -s -m benchmark tests/benchmarks

clean:
	rm -rf .venv var
