# Two commands do everything: `make run` starts Wijkradar, `make test` passes every check.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test lint rooms sample lock env env-develop

run: env
	@$(BIN)/python cli.py serve

test: env-develop lint rooms

lint: env-develop
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

rooms: env-develop
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -n 3 --dist loadgroup

sample: env
	@$(BIN)/python -m data.sample.generate

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header requirements.in -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -c requirements.txt requirements-dev.in -o requirements-dev.txt

env:
	@$(PYTHON) tools/bootstrap.py

env-develop:
	@$(PYTHON) tools/bootstrap.py --develop
