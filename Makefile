# make report   environment, install, the sample articles, the matrix in the terminal, an HTML report to open
# make test     everything that the tests need, then all of them (everyday suite first, slow suite last)
VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet -c constraints.txt

.PHONY: report test lint everyday slow gate clean

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

slow: $(VENV)/.test
	$(BIN)/pytest -m slow

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

clean:
	rm -rf $(VENV) build dist reports .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
