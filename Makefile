# Two commands on a fresh machine: `make run` brings the newsroom up, `make test` passes the whole suite.
PYTHON ?= python3
BIN := .venv/bin
# a third of the tests' time is waiting for servers and browsers: on two cores three go on at once
TEST_PROCESSES ?= 3
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
MISSED = { echo "Not everything could be installed, for the reason above; it needs the network once." >&2; exit 1; }

.PHONY: run test faults check bench bench-banner engines lock settings bench-ledger audit

run: .venv/installed
	@$(PYTHON) -m dev.packages run
	@[ -z "$$CONSENT_CMP_ID" ] || $(BIN)/python -m consent.banner.engines
	@$(BIN)/python -m dev.run

test: .venv/installed-for-tests
	@$(PYTHON) -m dev.packages test
	@$(BIN)/python -m consent.banner.engines
	@$(MAKE) --no-print-directory check
	$(BIN)/python -m pytest -n $(TEST_PROCESSES) --dist loadgroup

# The full round of faults (tests/faults): hundreds of kills, power cuts, full disks, clocks that step; half an hour, as root.
# It ends with a line for each row of the table.
faults: .venv/installed-for-tests
	@$(PYTHON) -m dev.packages faults
	$(BIN)/python -m pytest tests/faults $$($(BIN)/python -m tests.faults.table) --faults=full

# Known weaknesses of what is locked; it asks PyPI about each package, so it is no part of the tests. To waive one: --ignore-vuln.
audit:
	@$(PYTHON) -m venv .audit && .audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit
	@.audit/bin/pip-audit --strict --disable-pip --require-hashes -r requirements.lock

# What needs no server and no browser.
check: .venv/installed-for-tests
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Ratios of what this machine does now; it needs wrk, and nobody else at work.
bench: .venv/installed-for-tests
	@$(BIN)/python -m tests.bench

# Our banner beside orestbida's and Klaro's in one Chromium; it needs npm.
bench-banner: .venv/installed-for-tests
	@$(BIN)/python -m tests.bench.banner

# Ledgers of ten thousand to ten million records on both databases: hours, and forty gigabytes. BENCH_SIZES takes fewer.
bench-ledger: .venv/installed-for-tests
	@$(BIN)/python -m tests.bench.ledger

# pip is the last thing that comes: a Debian without python3-venv leaves all but that behind.
.venv/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version.split()[0])'
	@$(PYTHON) -m venv .venv

.venv/installed: requirements.lock pyproject.toml | .venv/bin/pip
	@echo "Installing what requirements.lock names into .venv; the first time takes a minute …"
	@$(PIP) --require-hashes -r requirements.lock || $(MISSED)
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

.venv/installed-for-tests: requirements-dev.lock pyproject.toml | .venv/bin/pip
	@echo "Installing what requirements-dev.lock names into .venv; the first time takes a minute …"
	@$(PIP) --require-hashes -r requirements-dev.lock || $(MISSED)
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@ .venv/installed

# After a change of the dependencies in pyproject.toml: versions and hashes, and no address of any index.
COMPILE := uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --quiet
lock:
	$(COMPILE) -o requirements.lock
	$(COMPILE) --group dev -c requirements.lock -o requirements-dev.lock

# After a change of a setting: the list that operators read.
settings: .venv/installed
	$(BIN)/python -m dev.settings_page > docs/settings.md

# The engines of IAB TCF and GPP, with npm; without them the two frameworks are off.
engines: .venv/installed
	@$(BIN)/python -m consent.banner.engines
