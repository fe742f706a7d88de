# Each target does the set-up it needs; see tools/dev/setup_env.sh for TORCH, EXTRA and PYTHON.
PY := .venv/bin/python
export TORCH EXTRA PYTHON
# Idle OpenMP threads sleep: those that spin take the cores from data loaders and other processes.
export OMP_WAIT_POLICY ?= PASSIVE

.PHONY: setup setup-pretrain test demo lint docs clean

setup:
	@tools/dev/setup_env.sh

# Without mmcv's compiled operators: enough for pre-training, its probes and the demonstration.
setup-pretrain:
	@tools/dev/setup_env.sh pretrain

# In so many processes, each of one thread and with a small world of its own; a file of tests stays in one.
TEST_JOBS ?= $(shell n=$$(nproc 2>/dev/null || echo 2); echo $$((n > 8 ? 8 : n)))

test: setup
	$(PY) -m pytest -n $(TEST_JOBS) --dist loadfile $(ARGS)

# QUICK=1: the tiny world, under 4 minutes. SEEDS=3: mean and deviation over three seeds of all stages.
# ARGS='--jobs 4': so many steps at a time (default 2) where they do not need each other.
demo: setup-pretrain
	$(PY) tools/demo.py $(if $(filter-out 0,$(QUICK)),--quick) $(if $(SEEDS),--seeds $(SEEDS)) $(ARGS)

lint: setup
	$(PY) -m ruff check .
	$(PY) -m interrogate -c pyproject.toml mmcrossdistill

docs: setup
	$(PY) -m pip install -q -c .venv/setup/constraints.txt -r requirements/docs.txt
	$(PY) -m sphinx -W --keep-going -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"

clean:
	rm -rf build dist *.egg-info docs/_build .pytest_cache .ruff_cache
