# Everything one does with the project, by name; `make` alone lists it. What is more than a line
# or two long is a script of scripts/, which runs without make as well.

PORT ?= 8000
ARGS ?=
bin = .venv/bin

.DEFAULT_GOAL = help
.PHONY: help run test check format bench sizes vendor lock clean

help: ## List what there is to make
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "PORT=8000 and DATABASE_URL say where \`make run\` serves and stores; ARGS goes to pytest."

# Development's defaults are public keys and a demo: nothing of this is for a server of readers.
run: export BOOKREVIEWS_ENV = development
run: export DEMO = 1
run: export BIND = 127.0.0.1:$(PORT)
run: export SITE_URL = http://127.0.0.1:$(PORT)
run: .venv/.installed ## Install what is missing, load the demo, serve it on PORT, with its worker
	@$(bin)/bookreviews db upgrade
	@$(bin)/bookreviews demo load
	@exec $(bin)/python scripts/serve

test: scripts-test-setup check node_modules/.package-lock.json ## Check everything and run all tests
	$(bin)/pytest -n auto $(ARGS)

check: .venv/.installed-dev ## Lint, types, layers, migrations and locked packages, without tests
	$(bin)/ruff check .
	$(bin)/ruff format --check .
	$(bin)/mypy
	$(bin)/lint-imports
	$(bin)/python scripts/check-lock
	scripts/check-migrations

format: .venv/.installed-dev ## Put the code into the one format
	$(bin)/ruff check --fix .
	$(bin)/ruff format .

bench: .venv/.installed-dev ## Measure speed, as ratios within one run
	PATH="$(CURDIR)/$(bin):$$PATH:/usr/sbin" $(bin)/python -m benchmarks.run

sizes: .venv/.installed-dev ## Measure pages on sites of several sizes: SIZES="1000 100000"
	$(bin)/python -m benchmarks.sizes $(SIZES)

vendor: ## Fetch the fonts and styles of static/ anew, as package-lock.json pins them
	scripts/vendor

lock: ## Pin packages for pyproject.toml (needs uv; UPGRADE=1 takes newer versions)
	scripts/lock $(if $(UPGRADE),--upgrade)

clean: ## Remove everything that was installed or made, but not var/ with its database
	rm -rf .venv node_modules *.egg-info
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ---- What is installed, and when that was -----------------------------------------------------
.PHONY: scripts-test-setup
scripts-test-setup:
	@scripts/test-setup

.venv/.installed: requirements.txt pyproject.toml
	@scripts/install requirements.txt
	@touch $@

.venv/.installed-dev: .venv/.installed requirements-dev.txt
	@scripts/install requirements-dev.txt
	@touch $@

node_modules/.package-lock.json: package-lock.json package.json
	npm ci --no-audit --no-fund
	@touch $@
