# Any Python ≥ 3.11 with its venv module will do; only the first of these that is one is asked for. The system's own comes first:
# a distribution builds it with profiles of real programs, which made everything here 1.3 to 1.4 times as fast as one compiled without.
PYTHON ?= $(firstword $(foreach name,/usr/bin/python3 python3 python3.13 python3.12 python3.11,$(if $(shell $(name) -c '$(IS_RECENT)' 2>&1 || echo no),,$(name))))
IS_RECENT := import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))

BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r
PROTOC := $(BIN)/python -m grpc_tools.protoc -I protos
# With the folders: removing a file changes only the time of its folder.
PROTOS := $(shell find protos)
NPM := $(or $(shell command -v npm),$(BIN)/npm)
# Where the machine has none, it lies in a package.
HELM := $(or $(shell command -v helm),$(BIN)/helm)
BUF = $(firstword $(wildcard node_modules/@bufbuild/buf-*/bin/buf))
PUBLISHED := tests/contracts/published.binpb
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --custom-compile-command 'make lock'

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run demo onboard venv gen test lint proof cluster-test bench servers pictures image publish lock clean

help: ## List the commands
	@awk 'BEGIN {FS = ":.*## "} \
	  /^##@ / {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

##@ Running (needs only Python ≥ 3.11)

run: .venv/.runtime gen/.built node_modules/.assets ## Set up, build, migrate, seed and start everything; Ctrl-C stops it, data stays under var/
	@$(BIN)/python -m chassis.run

demo: .venv/.runtime gen/.built node_modules/.assets ## Play messages through an instance of its own: FILE=… COUNT=… KEEP=1 TARGET=host:port
	@$(BIN)/python -m simulator $(if $(FILE),--file '$(FILE)') $(if $(COUNT),--count '$(COUNT)') $(if $(filter-out 0,$(KEEP)),--keep) $(if $(TARGET),--target '$(TARGET)')

onboard: .venv/.runtime gen/.built ## Bring a district in as its file says: FILE=district.toml DOOR=host:port ADMIN=zibo/admin PASSWORD=file TLS=folder CHECK=1
	@test -n '$(FILE)' || { echo 'Name the file: make onboard FILE=district.toml (docs/district.toml is an example)' >&2; exit 1; }
	@$(BIN)/python -m services.gateway.onboarding '$(FILE)' $(if $(DOOR),--door '$(DOOR)') $(if $(ADMIN),--admin '$(ADMIN)') \
	  $(if $(PASSWORD),--password-file '$(PASSWORD)') $(if $(TLS),--tls '$(TLS)') $(if $(CODE),--code '$(CODE)') $(if $(CHECK),--check)

##@ Checking

test: lint $(filter $(BIN)/%,$(HELM)) ## Everything but the proofs, also on a real RabbitMQ and PostgreSQL
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadgroup --no-loadscope-reorder

lint: .venv/.dev gen/.stubs node_modules/.all ## ruff, mypy, the walls between packages, buf
	@$(BIN)/ruff check --quiet --output-format concise
	@$(BIN)/ruff format --check --quiet || { echo 'not formatted: run $(BIN)/ruff format' >&2; exit 1; }
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BUF) lint
	@if test -f $(PUBLISHED); then $(BUF) breaking --against $(PUBLISHED); \
	  else echo 'buf breaking: skipped, no version is published yet (make publish keeps one)'; fi

proof: .venv/.dev gen/.built node_modules/.all $(filter $(BIN)/%,$(HELM)) .venv/checkov/.installed ## The long proofs: kill -9, 64 callers through the longest chain of asks, Kannel, SIP calls, the image built and run; and each test on the database it did not run on
	@$(BIN)/python -m pytest -m proof

cluster-test: .venv/.dev gen/.built $(filter $(BIN)/%,$(HELM)) ## Install, test, upgrade under load and roll back on the cluster that kubectl reaches: IMAGE=hotline:dev NEXT=hotline:next KEEP=1
	@$(BIN)/python -m tests.cluster $(if $(IMAGE),--image '$(IMAGE)') $(if $(NEXT),--next '$(NEXT)') $(if $(filter-out 0,$(KEEP)),--keep)

bench: .venv/.dev gen/.built node_modules/.all ## What is promised in figures: NAME=lifecycles ARGS='--servers'; without a name, which there are
	@$(BIN)/python -m bench $(NAME) $(ARGS)

##@ Developing

venv: .venv/.dev ## The virtual environment with all tools

gen: gen/.built $(if $(wildcard .venv/.dev),gen/.stubs) ## The Python modules of the protos, and their types once the tools are there

servers: .venv/.dev ## Start a private RabbitMQ and PostgreSQL, print their addresses; Ctrl-C stops them
	@$(BIN)/python -m tests.servers

pictures: .venv/.dev gen/.built node_modules/.all ## Keep the desks as they are now under docs/pictures/
	@$(BIN)/python -m tests.console.pictures

image: ## The container image: BASE=…@sha256:… TAG=…; with podman, else docker
	@test -n '$(BASE)' || { echo 'Name the image to build on, pinned by digest: make image BASE=docker.io/library/python:3.13-slim@sha256:…' >&2; exit 1; }
	@$(or $(shell command -v podman),docker) build --build-arg BASE='$(BASE)' --build-arg VERSION='$(or $(VERSION),$(TAG),dev)' \
	  --build-arg REVISION="$$(git rev-parse HEAD)" --build-arg CREATED="$$(git show -s --format=%cI)" --tag hotline:'$(or $(TAG),dev)' --file Containerfile .

publish: node_modules/.all ## Keep the protos as they are now as the promise that `make lint` holds later ones against
	@mkdir -p $(dir $(PUBLISHED))
	@$(BUF) build --exclude-source-info -o $(PUBLISHED)

lock: .venv/.dev ## Pin anew after a change of requirements*.in (UPGRADE=1 takes the newest)
	@$(COMPILE) $(if $(UPGRADE),--upgrade) -o requirements.lock requirements.in
	@$(COMPILE) $(if $(UPGRADE),--upgrade) -o requirements-dev.lock requirements-dev.in
	@$(COMPILE) $(if $(UPGRADE),--upgrade) -o requirements-node.lock requirements-node.in
	@$(COMPILE) $(if $(UPGRADE),--upgrade) --no-deps -o requirements-chart.lock requirements-chart.in
	@$(COMPILE) $(if $(UPGRADE),--upgrade) -o requirements-checkov.lock requirements-checkov.in
	@$(COMPILE) $(if $(UPGRADE),--upgrade) -o requirements-image.lock requirements-image.in

clean: ## Remove what was built and installed; data under var/ stays
	@rm -rf .venv gen gen.new node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -not -path './var/*' -prune -exec rm -rf {} +

.venv/.runtime: requirements.lock
	@$(or $(PYTHON),false) -c '$(IS_RECENT)' 2>/dev/null || { echo 'The hotline needs Python 3.11 or newer with its venv module (Debian: python3-venv) and found none; name one: make PYTHON=/path/to/python3' >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { rm -rf .venv; echo 'Python could not make .venv, as it says above' >&2; exit 1; }
	@echo 'Installing requirements.lock into .venv, once' >&2
	@$(INSTALL) requirements.lock
	@$(BIN)/python -c 'import pathlib, sysconfig; pathlib.Path(sysconfig.get_path("purelib"), "hotline.pth").write_text("$(CURDIR)/gen\n")'
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.runtime
	@echo 'Installing requirements-dev.lock into .venv, once' >&2
	@$(INSTALL) requirements-dev.lock
	@touch $@

$(BIN)/npm: requirements-node.lock .venv/.runtime
	@$(INSTALL) requirements-node.lock
	@touch $@

$(BIN)/helm: requirements-chart.lock .venv/.dev
	@$(INSTALL) requirements-chart.lock --no-deps
	@$(BIN)/python -m tests.charts.helm $@

.venv/checkov/.installed: requirements-checkov.lock .venv/.runtime
	@$(BIN)/python -m venv .venv/checkov
	@.venv/checkov/$(INSTALL:.venv/%=%) requirements-checkov.lock
	@touch $@

# What pages are made with; with the tools, where they were installed already.
node_modules/.assets: package.json package-lock.json $(filter $(BIN)/%,$(NPM))
	@test node_modules/.all -nt package-lock.json || { echo 'Installing the packages of the pages, once' >&2; $(NPM) ci --omit=dev --loglevel=error; }
	@touch $@

node_modules/.all: package.json package-lock.json $(filter $(BIN)/%,$(NPM))
	@$(NPM) ci --loglevel=error
	@touch $@ node_modules/.assets

# Built aside and moved, so that a failure leaves the old one whole. The descriptors keep the comments, which the OpenAPI document quotes.
SOURCES := hotline/sources.binpb
gen/.built: .venv/.runtime Makefile $(PROTOS)
	@rm -rf gen.new && mkdir -p gen.new/hotline
	@$(PROTOC) --python_out=gen.new --grpc_python_out=gen.new --include_source_info --descriptor_set_out=gen.new/$(SOURCES) $(filter %.proto,$(PROTOS))
	@rm -rf gen && mv gen.new gen && touch $@

gen/.stubs: .venv/.dev gen/.built
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(PROTOC) --mypy_out=quiet:gen --mypy_grpc_out=quiet:gen $(filter %.proto,$(PROTOS))
	@touch $@
