# make conformance   replays real registries against a real RGW started here, and says what would break
# make test          is our own code right: needs a real gateway and a real registry too
# make score         which gateways that are wrong on purpose the suites catch: what a green run is worth
# make calibrate     holds all checks against OpenStack Swift itself: minutes, no part of make test
# make load          five minutes of a CI fleet on a real RGW started here, every answer judged, with Locust and two workers
# make bench         how fast all this is, as one table of ratios: about twenty minutes on a machine that does nothing else
# make matrix        runs every check on every release of Ceph in containers, into docs/matrix/: an hour, and a docker daemon
# make two-releases  what a real registry does on Ceph 16 and 18, side by side: part of CI
# make images        builds those containers' images, where they cannot be pulled from bases made here
# make fuzz          made-up answers against parser, binder and report writer: ARGS='--seconds 900', a minute each without
# make lint          ruff, mypy, import contracts
# make audit         known vulnerabilities of all that is locked; `make maintained` whether somebody looks after it: both ask PyPI
# make sbom          writes sbom.json, what requirements.lock installs, in CycloneDX
# make registry-config ARGS='--gateway-url URL --api swift'   prints a config.yml for a registry on your gateway
# make clean         stops what dead runs left on this machine, and removes what was made here
#
# On Debian everything that is missing is installed with apt-get (as root, or through sudo) and into .venv/.

.PHONY: conformance test score fuzz load bench calibrate matrix two-releases images lint audit maintained sbom clean registry-config
.DELETE_ON_ERROR:

PYTHON ?= python3
# With compiled files pytest rewrites the asserts of a check once, not for each run.
export PYTHONDONTWRITEBYTECODE =
SUDO := $(shell test "$$(id -u)" = 0 || echo sudo)
PYTEST = .venv/bin/python -m pytest
GATEWAY = radosgw:radosgw ceph-mon:ceph-mon ceph-osd:ceph-osd radosgw-admin:radosgw monmaptool:ceph-common \
	osdmaptool:ceph-base setpriv:util-linux
REGISTRY = docker-registry:docker-registry skopeo:skopeo
BROWSER = chromium:chromium

# $(call need,PROGRAM:PACKAGE ...): install the packages of the programs that are not on PATH.
define need
	@missing=; for pair in $(1); do \
	  command -v "$${pair%%:*}" >/dev/null || PATH="$$PATH:/usr/sbin:/sbin" command -v "$${pair%%:*}" >/dev/null \
	  || missing="$$missing $${pair#*:}"; done; \
	if [ -n "$$missing" ]; then \
	  missing=$$(printf '%s\n' $$missing | sort -u | tr '\n' ' '); \
	  echo "installing with apt-get: $$missing"; \
	  command -v apt-get >/dev/null || { echo "no apt-get here; install yourself: $$missing" >&2; exit 1; }; \
	  $(SUDO) apt-get update -qq && \
	  $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >.apt.log 2>&1 \
	  || { tail -n 20 .apt.log >&2; exit 1; }; rm -f .apt.log; \
	fi
endef

conformance: .venv/ready
	$(call need,$(GATEWAY))
	$(PYTEST) suites -v -n 2 -p no:randomly $(ARGS)

score: .venv/ready .venv-swift/ready
	$(call need,$(GATEWAY) $(REGISTRY))
	.venv/bin/python -m fixtures.mutants score $(ARGS)

test: .venv/ready .venv-keystone/ready .venv-swift/ready .venv-load/ready
	$(call need,$(GATEWAY) $(REGISTRY) $(BROWSER))
	@.venv/bin/python -m fixtures.registries fetch
	$(PYTEST) -ra -n 2 --dist loadfile $(ARGS)

fuzz: .venv/ready
	.venv/bin/python -m tests.fuzz $(ARGS)

load: .venv/ready .venv-load/ready
	$(call need,$(GATEWAY))
	.venv/bin/python -m bench.load --embedded --scenario mixed-with-gc --users 6 --run-time 5m --workers 2 $(ARGS)

bench: .venv/ready
	$(call need,$(GATEWAY) curl:curl wrk:wrk)
	.venv/bin/python -m bench $(ARGS)

calibrate: .venv/ready .venv-swift/ready
	$(PYTEST) suites --reference-swift -n 2 -p no:randomly $(ARGS)

images: .venv/ready
	$(call need,mmdebstrap:mmdebstrap)
	.venv/bin/python -m fixtures.gateways images $(ARGS)

# What is red on one of them is told in docs/findings-releases.md, and no part of this selection.
two-releases: .venv/ready
	$(call need,mmdebstrap:mmdebstrap $(REGISTRY))
	.venv/bin/python -m fixtures.gateways images 16 18
	$(PYTEST) suites -q -n 2 -p no:randomly --ceph 16 --ceph 18 --configuration default --recordings none \
	  -k 'real_registry or root' $(ARGS)

# What is red there is what the matrix is for; only what is no verdict ends it.
MATRIX = reports/runs/matrix
COMPARE = NO_COLOR=1 COLUMNS=120 .venv/bin/python -m reports compare --brief
matrix: images
	$(call need,$(REGISTRY))
	rm -rf $(MATRIX)
	$(PYTEST) suites -q --tb=no -n 2 -p no:randomly --ceph 14 --ceph 16 --ceph 18 --ceph 20 --report-dir $(MATRIX)/beast || test $$? = 1
	$(PYTEST) suites -q --tb=no -n 2 -p no:randomly --ceph 14 --ceph 16 --frontend civetweb --report-dir $(MATRIX)/civetweb || test $$? = 1
	.venv/bin/python -m reports.matrix $(MATRIX)/civetweb $(MATRIX)/beast --out docs/matrix/verdicts.tsv
	$(COMPARE) $(MATRIX)/beast/ceph-*[0-9]/run.json >docs/matrix/comparison.txt || test $$? = 1
	$(COMPARE) $(MATRIX)/beast/ceph-*-account-in-url/run.json >>docs/matrix/comparison.txt || test $$? = 1

lint: .venv/ready
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

.venv/ready: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "$(PYTHON) is older than 3.11; name another one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || $(MAKE) --no-print-directory .ensurepip
	@echo "installing into .venv: $$(grep -c '==' requirements.lock) Python packages of requirements.lock"
	@$(PYTHON) -m venv .venv
	@.venv/bin/pip install --quiet --disable-pip-version-check --use-pep517 --require-hashes -r requirements.lock
	@touch $@

# Keystone's own packages, ninety that nothing else here needs.
.venv-keystone/ready: fixtures/gateways/keystone.lock | .venv/ready
	@echo "installing into .venv-keystone: $$(grep -c '==' $<) Python packages of $<"
	@$(PYTHON) -m venv .venv-keystone
	@.venv-keystone/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

# OpenStack Swift itself, for --reference-swift; its erasure code library comes with pyeclib's wheel.
.venv-swift/ready: fixtures/gateways/reference_swift.lock | .venv/ready
	@echo "installing into .venv-swift: $$(grep -c '==' $<) Python packages of $<"
	@$(PYTHON) -m venv .venv-swift
	@.venv-swift/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

# Locust, for bench/load; all that it shares with us it finds in .venv, in the versions that are locked there.
.venv-load/ready: bench/load/requirements.lock | .venv/ready
	@echo "installing into .venv-load: Python packages of $<"
	@.venv/bin/python -m venv .venv-load
	@.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' \
	  >"$$(.venv-load/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/rgw-conformance.pth"
	@.venv-load/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

# Tools that look at the locks: nothing else here needs them.
.venv-supply/ready: tests/supply/tools.lock | .venv/ready
	@echo "installing into .venv-supply: $$(grep -c '==' $<) Python packages of $<"
	@$(PYTHON) -m venv .venv-supply
	@.venv-supply/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

audit: .venv/ready .venv-supply/ready
	.venv/bin/python -m tests.supply audit

maintained: .venv/ready
	.venv/bin/python -m tests.supply maintained

# The same lock makes the same bytes. A lock file says nothing of who needs whom: that is what it would warn of.
sbom: .venv-supply/ready
	PYTHONWARNINGS=ignore .venv-supply/bin/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible \
	  --output-format JSON --output-file sbom.json requirements.lock

registry-config: .venv/ready
	@.venv/bin/python -m fixtures.registries config $(ARGS)

.PHONY: .ensurepip
.ensurepip:
	@echo "installing with apt-get: python3-venv"
	@$(SUDO) apt-get update -qq
	@$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv >/dev/null

# Leaves gateways alone that somebody else runs: python -m fixtures.gateways clean does those.
clean:
	@if [ -x .venv/bin/python ]; then .venv/bin/python -m fixtures.gateways sweep; \
	  .venv/bin/python -m fixtures.registries sweep; fi
	rm -rf .venv .venv-keystone .venv-swift .venv-load .venv-supply sbom.json .registries reports/runs .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
