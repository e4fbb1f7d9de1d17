# make report   environment, install, the sample articles, the matrix in the terminal, an HTML report to open
# make test     everything that the tests need, then all of them (everyday suite first, slow suite last)
# make docs     the documentation, into build/site
VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet -c constraints.txt

.PHONY: report test lint everyday slow gate docs picture chromium clean

report: $(VENV)/.base
	$(BIN)/sayso report --config configs/report.yaml --out reports/demo
	@echo "open reports/demo/report.html"

test: lint everyday slow

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	cd pipeline && ../$(BIN)/mypy --config-file ../pyproject.toml -p sayso
	$(BIN)/lint-imports

everyday: $(VENV)/.test
	$(BIN)/pytest -m "not slow"

slow: $(VENV)/.test chromium
	$(BIN)/pytest -m slow

docs: $(VENV)/.docs
	$(BIN)/python docs/pages.py
	$(BIN)/zensical build --clean --strict
	@echo "open build/site/index.html"

picture: report $(VENV)/.test chromium
	$(BIN)/python docs/screenshots.py reports/demo/report.html

# The browser tests drive Debian's Chromium; where it cannot be installed they are skipped by name.
chromium:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } \
		|| echo "Chromium is missing: tests/browser will be skipped"

gate: $(VENV)/.test
	$(BIN)/python tests/gate.py

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.base: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) -e .
	touch $@

$(VENV)/.test: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) "torch==2.13.0"
	$(PIP) -e ".[train,test]"
	touch $@

$(VENV)/.docs: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) -e ".[docs]"
	touch $@

clean:
	rm -rf $(VENV) build dist reports .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
