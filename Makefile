# The book and its tests: `make help` lists the targets.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
BOOK   := _build/html/index.html
BUILT  := _build/html/.built

# Notebooks and tests run side by side, one per core: a library's own threads would only get in the way.
export OMP_NUM_THREADS ?= 1

SOURCES := $(shell find *.md *.bib *.yml requirements.txt _ext _static benchmarks chapters oile play reference tools \
             -type f ! -path '*/data/*' ! -path '*/.*' ! -path '*/__pycache__/*' 2>/dev/null)
EXECUTE := $(BIN)/python tools/notebooks.py
SPHINX  := rm -rf _build/html && $(BIN)/jupyter-book build _build/book --path-output . --all --quiet -W -n --keep-going

# The mark of a built book stands among its pages, and goes with them. It bears the time of the build's beginning: what
# is edited meanwhile is newer.
BUILD = $(BIN)/python tools/alone.py _build/busy \
  "touch _build/begun && $(EXECUTE) --book _build/book $(1) && $(SPHINX) && touch -r _build/begun $(BUILT)"

.PHONY: help book html pdf test test-all coverage mutants lint notebooks bench numbers dist links lock clean

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*##  *\(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 17

book: $(VENV)/installed  ## execute every notebook and build the book
	$(call BUILD)
	@echo "The book is at file://$(CURDIR)/$(BOOK)"

html: $(BUILT)  ## build the book, executing only the notebooks that changed
	@echo "The book is at file://$(CURDIR)/$(BOOK)"

pdf: $(BUILT)  ## print the whole book as one PDF, beside its pages
	$(BIN)/python tools/pdf.py

test: lint $(BUILT)  ## check it all: style, package, notebooks, book
	$(BIN)/python -m pytest --nbval -n logical --maxprocesses 8 --dist loadfile --no-loadscope-reorder

test-all: $(VENV)/installed  ## the package's own tests on every Python found, and on the oldest versions it names
	$(BIN)/python tools/elsewhere.py --python 3.11 --python 3.12 --python 3.13 --python 3.14
	$(BIN)/python tools/elsewhere.py --resolution lowest-direct

coverage: $(VENV)/installed  ## how many branches of the package the tests take: machine code as plain Python, then all compiled
	$(BIN)/coverage erase
	NUMBA_DISABLE_JIT=1 $(BIN)/coverage run -m pytest -q -n logical --maxprocesses 8 --dist loadfile -m "not compiled" \
	  $(foreach part,engine_pairs engine_random flavors average manybody,tests/test_$(part).py)
	$(BIN)/coverage run -m pytest -q -n logical --maxprocesses 8 --dist loadfile oile \
	  $(filter-out $(foreach page,book explorers makefile notebooks pdf release tools,tests/test_$(page).py),$(wildcard tests/test_*.py))
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

mutants: $(VENV)/installed  ## plant small faults in the physics and see whether the tests notice: a sample of them
	$(BIN)/python tools/mutants.py

lint: $(VENV)/installed  ## check the style of code and notebooks, and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --no-error-summary

notebooks: $(VENV)/installed  ## execute every notebook in place, in normal form
	$(EXECUTE)

bench: $(VENV)/installed  ## time the engine against its peers and store the result
	$(BIN)/python -m benchmarks

numbers: $(VENV)/installed  ## compute the tables to hold another code to, anew: an hour
	$(BIN)/python tools/reference.py

dist: $(VENV)/installed  ## build the wheel and the source distribution
	rm -rf dist && $(BIN)/python -m flit_core.wheel --outdir dist . && $(BIN)/python -c \
	  'from flit_core.buildapi import build_sdist; print(build_sdist("dist"))'

links: $(BUILT)  ## ask the world outside whether the book's links into it still answer
	$(BIN)/python tools/links.py

lock: $(VENV)/installed  ## resolve requirements.txt anew
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	  --all-extras --group dev --custom-compile-command "make lock" --output-file requirements.txt pyproject.toml

clean:  ## delete what was built; the environment stays
	rm -rf _build chapters/data reference/data .coverage* .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

$(BUILT): $(VENV)/installed $(SOURCES)
	$(call BUILD,--changed)

# The lock names uv too: pip installs it, with its hash, and uv installs the rest in seconds.
$(VENV)/installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	sed -n '/^uv==/,/# via/p' requirements.txt > $(VENV)/uv.txt
	$(BIN)/python -m pip install --quiet --require-hashes -r $(VENV)/uv.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@
