# Two commands for people: `make run` and `make test`. Both set up what they need.
SHELL := /bin/bash
VENV := .venv
PY := $(VENV)/bin/python
NPM := PATH="$(CURDIR)/$(VENV)/bin:$$PATH" npm --prefix web/client --no-fund --no-audit
# Tests side by side; those in browsers run one after the other, since picture and sound need the machine for themselves.
WORKERS := 2
SEND_LOOP := signaling/media/embedded/send_loop.so
CLIENT_SOURCES := $(shell find web/client -type f -not -path '*/node_modules/*' 2>/dev/null)

.PHONY: run test check client lock bench bench-media story fuzz bench-minutes sample-minutes clean packages

run: $(VENV)/.installed $(SEND_LOOP) web/static/app/.built
	$(PY) -m web.demo

test: $(VENV)/.installed-dev packages $(SEND_LOOP) web/static/app/.built check
	$(PY) -m pytest -n $(WORKERS) --ignore=tests/browser; others=$$?; $(PY) -m pytest tests/browser && exit $$others

check: $(VENV)/.installed-dev web/client/node_modules/.installed
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(NPM) run typecheck
	$(NPM) run test

packages:
	@./tests/packages.sh

client: web/static/app/.built

$(VENV)/bin/python:
	@python3 -m venv $(VENV) || { rm -rf $(VENV); \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && apt-get install -y -qq python3-venv && python3 -m venv $(VENV); \
	  else echo "Python cannot make a virtual environment here. Run: sudo apt-get install python3-venv" >&2; exit 1; fi; }

$(VENV)/.installed: $(VENV)/bin/python requirements.lock pyproject.toml
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@touch $@

# The engine runs without it too, on its Python loop; so no failure here stops anything.
$(SEND_LOOP): $(VENV)/.installed $(SEND_LOOP:.so=.c) $(SEND_LOOP:.so=.h)
	@command -v cc >/dev/null || command -v gcc >/dev/null || command -v clang >/dev/null || \
	  $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r compiler.lock || true
	@$(PY) -m signaling.media.embedded.compile_loop

web/client/node_modules/.installed: $(VENV)/.installed web/client/package-lock.json
	$(NPM) ci
	@touch $@

web/static/app/.built: web/client/node_modules/.installed $(CLIENT_SOURCES)
	$(NPM) run build
	@touch $@

lock: $(VENV)/bin/python
	$(PY) -m pip install --quiet uv
	$(VENV)/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	  --no-emit-index-url --no-emit-find-links --extra dev pyproject.toml -o requirements.lock
	$(VENV)/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	  --no-emit-index-url --no-emit-find-links --group compiler -o compiler.lock
	$(VENV)/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	  --no-emit-index-url --no-emit-find-links --group fuzz -o fuzz.lock

bench: $(VENV)/.installed-dev
	LOG_LEVEL=error $(PY) -m tests.bench.free_hour
	LOG_LEVEL=error $(PY) -m tests.bench.minutes
	LOG_LEVEL=error $(PY) -m tests.bench.floor_change 215
	LOG_LEVEL=error $(PY) -m tests.bench.floor_change 1000
	LOG_LEVEL=error $(PY) -m tests.bench.media_forwarding 215
	LOG_LEVEL=error $(PY) -m tests.bench.paper_first_page

bench-minutes: $(VENV)/.installed-dev
	LOG_LEVEL=error $(PY) -m tests.bench.minutes
	LOG_LEVEL=error $(PY) -m tests.bench.signing

# both media engines side by side; needs root (a network namespace) and Debian's Janus
bench-media: $(VENV)/.installed-dev $(SEND_LOOP)
	bash tests/packages.sh
	LOG_LEVEL=error $(PY) -m tests.bench.media $(RECEIVERS)

# OUT=folder: signed minutes, a notice, an invitation, and trust.pem to check them
sample-minutes: $(VENV)/.installed-dev
	$(PY) -m tests.sample_minutes $(OUT)

# SECONDS_EACH for each parser: looks for inputs that break one (see tests/fuzz)
SECONDS_EACH := 20
fuzz: $(VENV)/.installed-dev $(SEND_LOOP)
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r fuzz.lock
	$(PY) -m tests.fuzz --seconds $(SECONDS_EACH)

story: $(VENV)/.installed-dev packages web/static/app/.built
	$(PY) -m tests.story

clean:
	rm -rf build web/static/app web/client/node_modules $(VENV)
