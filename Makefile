# `make demo` trains the first network, `make test` runs the tests; both set up what they need in .venv.
PYTHON ?= python3
VENV := .venv
BENCH_VENV := .bench-venv
BIN := $(VENV)/bin
PIP := -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

# The extension is compiled anew when one of these changes.
NATIVE := native/CMakeLists.txt $(wildcard native/src/*.[ch]pp native/src/*/*.[ch]pp)

.PHONY: demo test venv bench-venv check clean

# The install that a user needs: the package with pictures. Without a compiler there is no native engine, and
# PyTorch has to train.
$(VENV)/.demo: pyproject.toml constraints.txt $(NATIVE)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python $(PIP) --editable '.[plot]'
	$(BIN)/python -c 'import stirfry._native' 2>/dev/null || $(BIN)/python $(PIP) --editable '.[torch,plot]'
	touch $@

# What development needs. The build's own tools stay in the environment, so that only what has changed is compiled.
# STIRFRY_REQUIRE_NATIVE= (empty) lets the tests run where there is no compiler.
$(VENV)/.dev: pyproject.toml constraints.txt dev/requirements.txt $(NATIVE)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python $(PIP) --requirement dev/requirements.txt
	STIRFRY_REQUIRE_NATIVE=$${STIRFRY_REQUIRE_NATIVE-1} $(BIN)/python $(PIP) --no-build-isolation \
	    --config-settings build-dir=build/dev --editable '.[all]'
	touch $(VENV)/.demo $@

demo: $(VENV)/.demo
	$(BIN)/stirfry train iris

venv: $(VENV)/.dev

test: $(VENV)/.dev
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -n 2

# Peers to compare with; they stay out of the development environment.
bench-venv:
	test -x $(BENCH_VENV)/bin/python || $(PYTHON) -m venv $(BENCH_VENV)
	STIRFRY_REQUIRE_NATIVE=1 $(BENCH_VENV)/bin/python $(PIP) '.[all]' --requirement benchmarks/requirements.txt

check: venv
	.ci/run

clean:
	rm -rf $(VENV) $(BENCH_VENV) build dist
