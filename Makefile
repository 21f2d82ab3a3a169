# `make` builds the PDFs from a fresh clone; `make help` lists what else there is.
#
# What has been set up is remembered by empty files in .venv, so that it is done once
# and again when what it depends on changes. Written for the make that macOS has (3.81).

.DEFAULT_GOAL := briefs
.NOTPARALLEL:

# Homebrew's libraries, where macOS itself does not look.
BREW := $(wildcard /opt/homebrew/lib)
# `python -m pipeline` is `briefs`. Unlike .venv/bin/briefs, which names the folder that
# it was installed in, it also works after the folder was moved or copied.
PY := $(if $(BREW),DYLD_FALLBACK_LIBRARY_PATH=$(BREW) ).venv/bin/python
PIP := $(PY) -m pip --disable-pip-version-check install --quiet
ENGINE := $(shell command -v podman || command -v docker)

# What is for a press has the pages of another profile, in other colours.
PROFILES := $(filter-out press,$(notdir $(basename $(wildcard styles/profiles/*.css))))

.PHONY: briefs test gate lint lock fonts pictures fuzz soak benchmark sums image clean help
briefs: .venv/.libraries ## build every brief into build/ (the default)
	$(PY) -m pipeline build

# The tests of a file stay together, for they share what they build.
test: .venv/.libraries .venv/.tests ## run the tests; ARGS='-k name' chooses some
	$(PY) -m pytest -n logical --dist loadfile --no-loadscope-reorder $(ARGS)

# The page is written also after a failure: what it then says is what `git diff` is for.
gate: .venv/.libraries .venv/.tests .venv/gate/.tools ## prove that all PDFs are PDF/UA-1 and PDF/A-3a
	@command -v javac >/dev/null || { echo 'briefs: needs a JDK (Debian: apt-get' \
		'install default-jdk-headless; macOS: brew install openjdk)' >&2; exit 7; }
	@$(PY) -m pytest tests/conformance -m gate $(ARGS); code=$$?; \
		$(PY) -m tools.conformance.report; exit $$code

lint: .venv/.tests ## check style, types and layers
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports

pictures: .venv/.libraries .venv/.tests ## make the contact sheets in docs/ again
	$(PY) -m pipeline build --all-editions $(foreach profile,$(PROFILES),--profile $(profile))
	$(PY) docs/make_pictures.py

# Linux on x86 only: for these there is Atheris, which knows what an input reached.
TIME := 600
fuzz: .venv/.libraries .venv/.tests ## search for what the reader trips over; TIME=600 seconds
	$(PY) tests/fuzz/fuzz.py $(TIME)

soak: .venv/.libraries .venv/.tests ## kill 200 builds at random, make 5,001 documents; SEED=n repeats a run
	$(PY) -m pytest tests/test_kills.py tests/test_scale.py -m soak $(ARGS)

benchmark: .venv/.libraries .venv/.tests ## measure; writes docs/performance.md, never fails
	$(PY) -m tools.benchmarks.tags
	$(PY) -m tools.benchmarks.layout_checks
	$(PY) -m tools.benchmarks.charts
	$(PY) -m tools.benchmarks.measure $(ARGS)

sums: briefs ## build, and make the result the committed record
	cp build/SHA256SUMS SHA256SUMS

# Keeps the locked versions as far as pyproject.toml allows.
LOCK := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --custom-compile-command 'make lock' $(ARGS)
lock: .venv/.tests ## lock the dependencies; ARGS=--upgrade takes the newest ones
	$(LOCK) pyproject.toml --group install --output-file requirements.lock
	$(LOCK) pyproject.toml --group install --extra cluster --constraint requirements.lock \
		--output-file requirements-cluster.lock
	$(LOCK) pyproject.toml --group test --constraint requirements-cluster.lock \
		--output-file requirements-test.lock
	$(LOCK) requirements-gate.in --output-file requirements-gate.lock

# The fonts are committed; this is how they were made. Needs npm.
FONTS := @expo-google-fonts/overpass@0.4.2 @expo-google-fonts/noto-sans@0.4.2 \
	@expo-google-fonts/vazirmatn@0.4.1 @expo-google-fonts/noto-sans-sc@0.4.3
fonts: .venv/.packages ## make the files in styles/fonts again
	mkdir -p build/fonts-work
	npm install --prefix build/fonts-work --no-save --no-package-lock \
		--ignore-scripts --no-audit --no-fund $(FONTS)
	$(PY) styles/fonts/make_fonts.py build/fonts-work/node_modules styles/fonts

image: ## build the container image `briefs`, with podman or docker
	@test -n "$(ENGINE)" || { echo 'briefs: needs podman or docker' >&2; exit 7; }
	$(ENGINE) build --file Containerfile --tag briefs .

clean: ## back to a fresh clone: remove build/, .venv and caches
	find build -mindepth 1 -maxdepth 1 ! -name README.md -exec rm -rf {} +
	rm -rf .venv dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache \
		.ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

# An environment whose Python has gone (the system's was upgraded) is made again.
ifneq ($(shell test -x .venv/bin/python && echo there),there)
.PHONY: .venv/.python
endif
.venv/.python:
	@sh .ci/venv .venv
	@touch $@

.venv/.packages: requirements.lock .venv/.python
	@echo 'briefs: installing the packages of requirements.lock' >&2
	@$(PIP) --require-hashes --requirement requirements.lock
	@touch $@

.venv/.project: pyproject.toml .venv/.packages
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.tests: requirements-test.lock .venv/.project
	@echo 'briefs: installing the packages of requirements-test.lock' >&2
	@$(PIP) --require-hashes --requirement requirements-test.lock
	@touch $@

# An environment of its own: what judges the PDFs must not be what makes them, and one of
# its packages is under the AGPL.
.venv/gate/.tools: requirements-gate.lock .venv/.python
	@echo 'briefs: installing the packages of requirements-gate.lock' >&2
	@.venv/bin/python -m venv --clear .venv/gate
	@.venv/gate/bin/python -m pip --disable-pip-version-check install --quiet \
		--require-hashes --requirement requirements-gate.lock
	@touch $@

.venv/.libraries: .venv/.project
	@sh .ci/system-libraries .venv/bin/python
	@touch $@
