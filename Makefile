# Everything a contributor runs. PY is the Python of a virtual environment with `pip install -e '.[dev]'`.
PY ?= python3

.PHONY: help test lint oracle score

help:
	@echo "make test     the tests"
	@echo "make lint     ruff, mypy and the import layers"
	@echo "make oracle   testdata and examples under a real Go: is every expectation true?"
	@echo "make score    check against testdata: found, missed, false alarms by file (FILTER=text)"

test:
	$(PY) -m pytest

lint:
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"

oracle:
	cd tests && $(PY) -m oracle.native $(if $(FILTER),--filter $(FILTER))

score:
	$(PY) tests/score.py $(if $(FILTER),--filter $(FILTER))
