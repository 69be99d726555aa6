# One command each; `make help` lists them. Needs Python 3.11 and make.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
PY := .venv/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --no-input --require-hashes
PORT ?= 8000
MANAGE := $(PY) manage.py
export PGURL ?= postgres://postgres@127.0.0.1:5432
export TEST_REDIS_URL ?= redis://127.0.0.1:6379

# Settings like those of a real installation, for checks that look at nothing but settings
PRODUCTION := env ENV_FILE=/dev/null SECRET_KEY="$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(60))')" \
	ALLOWED_HOSTS=portal.example SITE_URL=https://portal.example DATABASE_URL=$(PGURL)/postgres \
	REDIS_URL=redis://127.0.0.1:6379/0 EMAIL_URL=smtp+tls://user:password@mail.example:587 \
	OPERATOR_EMAILS=operator@portal.example STATIC_ROOT=.venv/checked_static

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.venv/bin/python:
	@python=""; for name in python3.11 python3 python; do \
	  if $$name -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2> /dev/null; then python=$$name; break; fi; \
	done; \
	if test -z "$$python"; then \
	  echo "The portal needs Python 3.11: python3.11 is not on the PATH, and python3 is another version." >&2; exit 1; \
	fi; \
	echo "Making .venv with $$($$python --version)"; \
	$$python -m venv .venv || { rm -rf .venv; echo "Python has no venv module: on Debian, install python3-venv." >&2; exit 1; }

.venv/runtime: requirements.txt | .venv/bin/python
	@echo "Installing what the portal needs (about a minute, once)"
	@$(PIP) -r requirements.txt
	@touch $@

.venv/dev: requirements-dev.txt | .venv/runtime
	@echo "Installing what tests and checks need"
	@$(PIP) -r requirements-dev.txt
	@touch $@

built: .venv/runtime
	@$(MANAGE) compile_catalogs > /dev/null
	@$(MANAGE) build_static > /dev/null

demo: built ## the portal with demo data on http://127.0.0.1:8000/ (PORT= for another)
	@PORT=$(PORT) $(MANAGE) demo --serve

demo-reset: built ## throw the demo's data away and start over
	@PORT=$(PORT) $(MANAGE) demo --reset --serve

test: built .venv/dev ## the tests that need no server, on SQLite
	$(PY) -m pytest -n auto -q -m "not full and not browser"

test-full: built .venv/dev ## all tests on PostgreSQL and Redis, with real processes and a real browser
	DATABASE_URL=$(PGURL)/postgres $(PY) -m pytest -n 2 -q

lint: .venv/dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	.venv/bin/lint-imports

check: built lint ## style, imports, migrations, templates, catalogs, production settings
	$(MANAGE) makemigrations --check --dry-run
	$(MANAGE) check_texts
	$(MANAGE) collect_package_texts --check
	$(PRODUCTION) $(MANAGE) check --deploy --fail-level WARNING
	$(PRODUCTION) $(MANAGE) collectstatic --noinput --clear --verbosity 0

bench: built .venv/dev ## measure pages and mails beside a bare Django project, write docs/benchmarks.md (needs PostgreSQL)
	$(PY) -m bench

measure-forming: .venv/dev ## how near proposed mentoring groups come to the best there can be (docs/forming.md)
	$(PY) -m bench.forming 150

backup: .venv/runtime ## everything into one file: make backup FILE=portal.tar
	$(MANAGE) backup $(FILE)

restore: .venv/runtime ## bring a backup back: make restore FILE=portal.tar (ARGS=--replace over existing data)
	$(MANAGE) restore $(FILE) $(ARGS)

release: built ## prepare a new version to serve: static files, tables, regions (settings from the environment or .env)
	$(MANAGE) collectstatic --noinput --verbosity 0
	$(MANAGE) release

messages: .venv/dev ## collect texts into locale/ (needs gettext)
	$(MANAGE) makemessages -l fi -l sv --add-location file --no-obsolete -i .venv -i var -i tests -i bench

docs: built ## write the pages of docs/ that are generated from code
	$(MANAGE) write_docs

lock: .venv/dev ## renew requirements*.txt from pyproject.toml
	.venv/bin/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url pyproject.toml -o requirements.txt
	.venv/bin/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --extra dev pyproject.toml -o requirements-dev.txt

.PHONY: help built demo demo-reset test test-full lint check bench measure-forming backup restore release messages docs lock
