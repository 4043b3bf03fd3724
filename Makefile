# Three commands for everyday: `make demo`, `make quick` while you write, `make test` before you push;
# `make check` before a commit, `make long` before a release.

PYTHON ?= python3
BIN := .venv/bin

# Hundreds of tests start a process: what is compiled is kept, whatever the shell says.
export PYTHONDONTWRITEBYTECODE =

# In the order of tests/conftest.py.
PYTEST := $(BIN)/python -m pytest --dist loadfile --no-loadscope-reorder --numprocesses
PURE := 2 --ignore tests/real
# Each has a server and a browser of its own, and waits for them a third of its time.
REAL := 3 tests/real

.PHONY: demo quick test long check bench screenshots setup

demo: setup
	@$(BIN)/curate demo

# Two minutes: no server, no browser, and of a law fewer examples.
quick: setup
	@$(PYTEST) $(PURE) -m "not slow and not long" --hypothesis-profile quick

# Twenty minutes: all that guards behaviour. Both parts report, whichever fails. What the second
# needs of Label Studio is made while the first runs.
test: setup
	@PYTHONPATH=tests $(BIN)/python tests/real/servers.py & \
	$(PYTEST) $(PURE) -m "not long"; pure=$$?; wait; \
	$(PYTEST) $(REAL) -m "not long"; real=$$?; \
	exit $$((pure | real))

# What guards rare things at length, and each law with many examples.
long: setup
	@$(PYTEST) 2 -m "long or hypothesis" --hypothesis-profile long

check: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/curate schema check
	@$(BIN)/curate verify

# The pictures in docs/img, from the real screen; look at them before you commit them.
screenshots: setup
	@PYTHONPATH=tests:tests/real $(BIN)/python tests/real/browser/screenshots.py

# Measures, and writes the tables of docs/benchmarks.md: all of them, or as in `make bench ONLY="push start"`.
bench: setup
	@$(BIN)/python benchmarks/frame/run.py $(ONLY)

setup: .venv/ready

# Made anew when what it is made from changes; written last, so that a broken set-up is no set-up.
.venv/ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "curate needs Python 3.11 or newer; set PYTHON=python3.11, say")'
	@echo "Setting up .venv (once, a minute or two) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[model,html,ray,dev]"
	@touch $@
