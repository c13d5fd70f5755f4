# `make demo` trains the first network, `make test` runs the tests; both set up what they need in .venv.
PYTHON ?= python3
VENV := .venv
BENCH_VENV := .bench-venv
BIN := $(VENV)/bin
PIP := -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test venv bench-venv check clean

# The install that a user needs: the package with PyTorch and pictures.
$(VENV)/.demo: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python $(PIP) --editable '.[torch,plot]'
	touch $@

# What development needs on top of it.
$(VENV)/.dev: $(VENV)/.demo dev/requirements.txt
	$(BIN)/python $(PIP) --editable '.[all]' --requirement dev/requirements.txt
	touch $@

demo: $(VENV)/.demo
	$(BIN)/stirfry train iris

venv: $(VENV)/.dev

test: $(VENV)/.dev
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -n 2

# Peers to compare with; they stay out of the development environment.
bench-venv:
	test -x $(BENCH_VENV)/bin/python || $(PYTHON) -m venv $(BENCH_VENV)
	$(BENCH_VENV)/bin/python $(PIP) --editable '.[all]' --requirement benchmarks/requirements.txt

check: venv
	.ci/run

clean:
	rm -rf $(VENV) $(BENCH_VENV) build dist
