# Two words for a newcomer: `make demo` and `make test`. Both install what is missing.

.PHONY: help setup demo test lint bench visits pictures

help:            ## Show this list
	@grep -E '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup:           ## Install Debian packages, fonts and face models that are missing
	@scripts/setup.sh

demo: setup      ## Run the terminal with simulators, a reference server and a dock to place cards
	cargo build --workspace --bins
	target/debug/kiosk demo

test: setup      ## All tests
	cargo test --workspace --no-fail-fast

lint:            ## Formatting and lints, as CI runs them
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings

visits: setup    ## Run the scripted visits and keep their pictures under out/visits
	cargo build --workspace --bins
	for script in tests/visits/*.toml; do \
	  target/debug/kiosk visit $$script --out out/visits/$$(basename $$script .toml) || exit 1; done

pictures: setup  ## Play the visits that the README shows and refresh its pictures
	cargo build --workspace --bins
	scripts/pictures.sh

bench: setup     ## The numbers, each beside its peer or limit
	cargo build --workspace --bins
	target/debug/kiosk bench
