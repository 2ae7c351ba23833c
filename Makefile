# `make help` lists what there is.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export ASKMESH_HOME ?= $(CURDIR)/.askmesh
NEW_STUBS := $(VENV)/stubs
SUPPLY := $(VENV)/supply
PROTOS = $(shell find protos -name '*.proto' | LC_ALL=C sort)
CODE := libs services tests benchmarks helm/monitoring

.PHONY: help
help: ## List the targets.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

# $(1): the Python to install into, $(2): options and files. Nothing but files with locked hashes, builders included.
locked = $(1) -m pip install --quiet --require-hashes --no-deps --no-build-isolation $(2)

$(VENV)/.installed: pyproject.toml requirements.lock
	@echo "== Installing askmesh into $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' || \
	  { echo "Python 3.11 or 3.12 is needed, as Triton for CPUs has no other: call make PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
	  { echo "Python's venv module is missing: install it (on Debian: apt-get install python3-venv)"; exit 1; }
	@$(call locked,$(BIN)/python,--only-binary :all: -r locks/builders.lock) && \
	awk '/^[^ ]/ {half = ++count % 2} {print > ("$(VENV)/half" half ".lock")}' requirements.lock && \
	{ $(call locked,$(BIN)/python,--progress-bar on -r $(VENV)/half0.lock) & \
	  $(call locked,$(BIN)/python,-r $(VENV)/half1.lock); ended=$$?; wait $$! && test $$ended = 0; } && \
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e . || \
	  { echo "Installing packages failed: check that pip can reach a package index, then call make again"; exit 1; }
	@touch $@

.PHONY: setup
setup: $(VENV)/.installed ## Install everything into .venv.

# $(1): where the stubs go. googleapis-common-protos ships no types: stubs only, for the checkers.
define generate
	$(BIN)/python -m grpc_tools.protoc -I protos --python_out=$(1) --grpc_python_out=$(1) \
	    --mypy_out=quiet:$(1) --mypy_grpc_out=quiet,only_async:$(1) $(PROTOS)
	$(BIN)/python -m grpc_tools.protoc -I $$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))') \
	    --mypy_out=quiet:$(1) google/rpc/error_details.proto google/rpc/status.proto
	find $(1)/askmesh/api/common -name '*_pb2_grpc*' -delete
endef

.PHONY: protos
protos: setup ## Regenerate the stubs from the schemas.
	rm -rf $(NEW_STUBS) && mkdir -p $(NEW_STUBS)
	$(call generate,$(NEW_STUBS))
	find protos -name '*_pb2*' -delete
	cp -r $(NEW_STUBS)/. protos

.PHONY: protos-check
protos-check: setup ## Lint the schemas; fail if the committed stubs are not what they generate.
	buf lint
	buf format --diff --exit-code
	@rm -rf $(NEW_STUBS) && mkdir -p $(NEW_STUBS)
	$(call generate,$(NEW_STUBS))
	diff -r --exclude='*.proto' --exclude=__pycache__ --exclude=py.typed protos $(NEW_STUBS) || \
	  { echo "The stubs are not what the schemas generate: call make protos"; exit 1; }
	@if git rev-parse --quiet --verify origin/main >/dev/null; then \
	  buf breaking --against '.git#ref=origin/main' || exit 1; \
	else echo "No origin/main here: breaking changes of the schemas were not looked for"; fi

.PHONY: format
format: setup ## Format the code.
	ruff check --fix --quiet $(CODE) || true
	ruff format $(CODE)

.PHONY: lint
lint: setup ## Look for bad style and spelling.
	ruff format --check --quiet $(CODE)
	ruff check --quiet $(CODE)
	codespell $(CODE) docs helm protos README.md CHANGELOG.md

.PHONY: types mypy pyright
types: pyright mypy ## Check types, by two checkers.
mypy pyright: setup
	$@

.PHONY: imports
imports: setup ## Check which layer imports which.
	lint-imports

.PHONY: monitoring
monitoring: setup ## Write the chart's dashboards and alerts from their source.
	@$(BIN)/python -m helm.monitoring helm/askmesh/monitoring

.PHONY: monitoring-check
monitoring-check: setup ## Fail if the chart's dashboards and alerts are not what their source says.
	@$(BIN)/python -m helm.monitoring helm/askmesh/monitoring --check

.PHONY: licences
licences: setup ## Check that all that is installed has licences that are allowed.
	@$(BIN)/python -m benchmarks.licences

.PHONY: sbom
sbom: setup ## Write what is installed into dist/sbom.json, in the form of CycloneDX.
	@mkdir -p dist && $(BIN)/python -m benchmarks.sbom > dist/sbom.json

$(SUPPLY)/.installed: locks/supply.lock | setup
	@test -x $(SUPPLY)/bin/python || $(PYTHON) -m venv $(SUPPLY)
	@$(call locked,$(SUPPLY)/bin/python,-r locks/supply.lock)
	@touch $@

# $(1): the file, $(2): what of pyproject.toml it locks. For all Pythons and systems.
define lock
	$(SUPPLY)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	    --no-annotate --no-emit-index-url --no-emit-find-links --output-file $(1) $(2)
endef

.PHONY: lock
lock: $(SUPPLY)/.installed ## Write the hashes of the pinned versions into requirements.lock and locks/.
	@$(call lock,requirements.lock,--constraints constraints.txt --group dev pyproject.toml)
	@$(call lock,locks/product.lock,--constraints constraints.txt --all-extras pyproject.toml)
	@for group in builders comparisons mutants supply; do $(call lock,locks/$$group.lock,--constraints constraints.txt --group $$group); done
	@$(BIN)/python -c 'from askmesh.triton_cpu import environment; print(*environment.REQUIREMENTS, sep="\n")' | \
	  $(call lock,services/askmesh/triton_cpu/requirements.lock,--no-deps -)

.PHONY: verify-lock
verify-lock: setup ## Download what is locked; fail if a file has none of its hashes.
	@folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	for file in requirements.lock locks/*.lock services/askmesh/triton_cpu/requirements.lock; do \
	  $(BIN)/python -m pip download --quiet --no-deps --no-build-isolation --require-hashes --dest "$$folder" -r $$file; done

.PHONY: vulnerabilities
vulnerabilities: $(SUPPLY)/.installed ## Look the pinned versions up among the known vulnerabilities; name what nobody knows.
	@$(BIN)/python -m benchmarks.vulnerabilities $(SUPPLY)/bin/pip-audit constraints.txt

.PHONY: gate
gate: setup ## Fail if a hot path works more than was accepted, or grows faster than its input. FLAMES=folder draws.
	@PYTHONHASHSEED=0 $(BIN)/python -m benchmarks.gate $(if $(FLAMES),--flames "$(FLAMES)")

.PHONY: gate-accept
gate-accept: setup ## Accept how much the hot paths work now.
	@PYTHONHASHSEED=0 $(BIN)/python -m benchmarks.gate --accept

.PHONY: check
check: types gate lint imports protos-check monitoring-check licences ## Everything that needs no running service.

.PHONY: models
models: setup ## Fetch Triton for CPUs, and the models that the tests need.
	@echo "== Models and Triton (once: about 700 MB)"
	@askmesh models pull --triton bge-small-en-v1.5 ms-marco-minilm-l12 smollm2-135m-instruct

.PHONY: writer
writer: models ## Fetch the language model that writes answers by default.
	@echo "== The language model (once: about 1.1 GB)"
	@askmesh models pull

TEST_WORKERS ?= 2

.PHONY: test
test: models ## Run all tests, on real servers (TEST_WORKERS=2 at a time; 3 are faster where nothing else runs).
	@echo "== Tests"
	@GRPC_VERBOSITY=ERROR pytest -n $(TEST_WORKERS) --dist loadscope --no-loadscope-reorder

FUZZ_FILES ?= 20000
FUZZ_FORM ?=

.PHONY: obs-tools
obs-tools: setup ## Build a trace collector, Tempo and Prometheus, with Go, for the tests that use them.
	@PYTHONPATH=tests $(BIN)/python -m support.go_programs

.PHONY: fuzz
fuzz: setup ## Send 20,000 damaged files to ingestion (FUZZ_FILES, FUZZ_FORM=PDF).
	@PYTHONPATH=tests $(BIN)/python -m benchmarks.load.mutated_files --files $(FUZZ_FILES) \
	  $(FUZZ_FORM:%=--form %) $(if $(FUZZ_FORM),,--output benchmarks/results/mutated-files.json)

.PHONY: demo
demo: writer ## Answer three real questions, end to end.
	@echo "== A mesh on this machine"
	@askmesh demo docs

.PHONY: up
up: writer ## Start Triton and all services, and leave them running until Ctrl-C.
	@askmesh up

.PHONY: chart
chart: setup ## Test the Helm chart.
	@pytest tests/chart

.PHONY: coverage
coverage: models ## Run all tests and show which lines they miss.
	@coverage run -m pytest
	@coverage report --skip-covered --show-missing

.PHONY: claims
claims: setup ## Print every figure with its goal, and whether it holds.
	@$(BIN)/python -m benchmarks.claims

.PHONY: comparisons
comparisons: setup ## Compare other libraries on PDF files and on pages.
	@$(call locked,$(BIN)/python,-r locks/comparisons.lock)
	@$(BIN)/python -m benchmarks.quality.pdf_libraries --output benchmarks/results/pdf-libraries.json
	@$(BIN)/python -m benchmarks.quality.html_libraries --output benchmarks/results/html-libraries.json

.PHONY: mutants
mutants: models ## Count the small defects that the tests notice. Takes a while; a stopped run goes on.
	@$(call locked,$(BIN)/python,-r locks/mutants.lock)
	@$(BIN)/python -m benchmarks.mutants --output benchmarks/results/mutants.json

.PHONY: wheel
wheel: setup ## Build the distribution.
	$(BIN)/python -m build --installer pip

.PHONY: clean
clean: ## Remove what was installed and built here.
	rm -rf $(VENV) .askmesh dist build
