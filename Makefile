# Everything from a clean clone with Python 3.11 or newer, pip and make. `make` alone lists the targets.
#
#   PYTHON=/path/to/python3.12     another interpreter than the first one found
#   PIP_ARGS='--proxy …'           for every pip install
#   PYTEST_ARGS='-k weeks'         for `make test`
#   EVAL_ARGS='extraction'         for `make eval`

# Looked for when first needed, and once: an environment that stands needs no interpreter around it.
PYTHON ?= $(eval PYTHON := $$(shell for name in python3.11 python3.12 python3.13 python3.14 python3 \
	python; do $$$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
	&& { echo $$$$name; break; }; done))$(PYTHON)
PIP_ARGS ?=
PYTEST_ARGS ?=
EVAL_ARGS ?=

BIN := .venv/bin
INSTALLED := .venv/.installed
CPU_INDEX := https://download.pytorch.org/whl/cpu
# What `make lock` holds fast; all else is the newest release that fits.
LOCK_PINS := torch==2.13.0 prefect==3.8.8

define require-python
	@command -v '$(PYTHON)' >/dev/null || { echo >&2 'halfminute needs Python 3.11 or newer, and there' \
		'is no $(or $(PYTHON),python3.11): install it, or name it: make PYTHON=/path/to/python3.11'; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
		"halfminute needs Python 3.11 or newer, and $(PYTHON) is %d.%d.%d: install it, or name it: " \
		"make PYTHON=/path/to/python3.11" % sys.version_info[:3])'
endef

export DO_NOT_TRACK = 1
export PREFECT_SERVER_ANALYTICS_ENABLED = false
export TOKENIZERS_PARALLELISM = false
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: help setup demo test lint eval bench wheel schema lock clean
.DEFAULT_GOAL := help

help: ## list the targets
	@sed -n 's/^\([a-z][a-z-]*\):.*## /\1	/p' Makefile | while IFS='	' read -r target does; do \
		printf '  make %-8s %s\n' "$$target" "$$does"; done

setup: $(INSTALLED) ## make .venv and install everything into it

demo: setup ## serve the sample week on loopback, run both flows over it, print the week's briefs
	$(BIN)/python -m flows.demo

test: setup ## run the tests (the models are pulled on first use)
	$(BIN)/python -m pytest --numprocesses 2 --dist loadgroup $(PYTEST_ARGS)

lint: setup ## ruff (rules and format) and strict mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

eval: setup ## measure quality on the labelled files at hand; fails below a floor of evals/baseline.json
	$(BIN)/python -m evals gate $(EVAL_ARGS)

bench: setup ## time the brief stage against the plain way (35 minutes; keep the machine quiet)
	$(BIN)/python -m bench brief

wheel: setup ## build dist/halfminute-*.whl
	$(BIN)/python -m build --wheel --no-isolation

schema: setup ## write data/digest.schema.json anew from the models in pipeline/schema.py
	$(BIN)/halfminute schema > data/digest.schema.json.new
	mv data/digest.schema.json.new data/digest.schema.json

lock: ## write requirements.lock anew, from a fresh environment in build/lock
	$(require-python)
	rm -rf build/lock
	$(PYTHON) -m venv build/lock
	$(PYTHON) -c 'import tomllib; project = tomllib.load(open("pyproject.toml", "rb")); \
		print(*project["project"]["dependencies"], *project["dependency-groups"]["dev"], sep="\n")' \
		> build/lock/wanted.txt
	build/lock/bin/python -m pip install $(PIP_ARGS) $(LOCK_PINS) -r build/lock/wanted.txt
	{ echo '# Made by `make lock`: what pip installs into a fresh Python 3.11 environment for the runtime and'; \
	echo '# dev requirements of pyproject.toml, pinned. No hashes: the builds of torch differ by index.'; \
	build/lock/bin/python -m pip freeze --all --exclude pip | sed 's/+.*//'; } > build/lock/requirements.lock
	mv build/lock/requirements.lock requirements.lock
	rm -rf build/lock

clean: ## remove build products, caches and the demo's home; keeps .venv, data/home and the models
	rm -rf build dist data/demo .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -path ./.venv -prune -o -name __pycache__ -type d -exec rm -rf {} +

# Sizes: the wheels of requirements.lock with the CPU build of torch (192 MB of it), and the registry's
# two default models, as downloaded. Where Python lacks ensurepip (Debian without python3-venv), the pip
# at hand fills the environment.
$(INSTALLED): requirements.lock pyproject.toml
	$(require-python)
	@echo 'Setting up .venv with $(PYTHON). This downloads:'
	@echo '  now             about 420 MB of packages from the package index (1.7 GB installed)'
	@echo '  on first use    98 MB (smollm2-135m-instruct) + 91 MB (all-minilm-l6-v2) of models'
	$(if $(PIP_ARGS),,@if [ "$$(uname -s)" = Linux ]; then \
		echo '  On Linux the index may hand out a CUDA build of torch, several GB more. For the CPU build:'; \
		echo "  make $(MAKECMDGOALS) PIP_ARGS='--extra-index-url $(CPU_INDEX)'"; fi)
	@$(PYTHON) -m venv .venv || { $(PYTHON) -m venv --without-pip .venv \
		&& $(PYTHON) -m pip --python $(BIN)/python install pip; }
	$(BIN)/python -m pip install $(PIP_ARGS) -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@
