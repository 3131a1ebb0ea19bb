# Everything a newcomer needs. Each target makes what it stands on; nothing is installed outside .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

EDITORS := neovim emacs helix

.PHONY: help demo test $(EDITORS:%=test-%) test-editors lint format docs bench clean

help:
	@echo "make demo     check the example study, whole and after a bad week"
	@echo "make test     run every test that needs nothing from the system"
	@echo "make test-editors   run the clients in real editors (installs these: by pip, apt and npm)"
	@echo "make vsix     package the VS Code extension for this platform (needs node)"
	@echo "make bench    measure speed and memory against named peers (installs them in a place of their own)"
	@echo "make lint     ruff, pyright and the import contracts"
	@echo "make format   write code in the one style"
	@echo "make docs     write again what docs are generated from the code"
	@echo "make clean    remove the environment and what tools left behind"

$(READY): pyproject.toml tests/requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit("specthis-lsp needs Python 3.11 or newer") if sys.version_info < (3, 11) else 0'
	@echo "Making an environment in $(VENV) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --constraint tests/requirements.txt
	@touch $@

$(VENV)/.tested: $(READY) tests/requirements.txt
	@echo "Installing what the tests need ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement tests/requirements.txt
	@touch $@

demo: $(READY)
	@echo; echo "A study whose chain holds:  specthis-lsp --check docs/examples/grokking"; echo
	@$(BIN)/specthis-lsp --check docs/examples/grokking
	@echo; echo "The same study after a bad week:  specthis-lsp --check docs/examples/drifted"; echo
	@$(BIN)/specthis-lsp --check docs/examples/drifted || test $$? -eq 1

test: $(VENV)/.tested
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal

$(EDITORS:%=test-%): test-%: $(READY)
	$(BIN)/python tests/editors/prove.py $*

test-editors: $(READY)
	$(BIN)/python tests/editors/prove.py $(EDITORS)

include editors/vscode/rules.mk

lint: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports

format: $(VENV)/.tested
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format .

docs: $(VENV)/.tested
	$(BIN)/python docs/generate.py

bench: $(VENV)/.tested
	$(BIN)/python tests/benchmarks/bench.py $(ARGUMENTS)

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis build dist editors/vscode/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
