# make setup   install what the tests need; quiet when it is all there
# make run     build, and serve a practice area on http://localhost:8080
# make test    every test, on SQLite and PostgreSQL, and in a real browser
# make bench   the benchmarks, as a table
# make bench-stats  the statistics on a million rows, beside R where it is installed
# make bench-stats-large  the same for a file of ten million rows: time and memory
# make coverage   1,000 areas whose truth is known, evaluated: how often intervals hold it, biases are found, alarms are false
# make bench-import  import 100,000 contacts: rows a second, memory, and killed and gone on with until it is through
# make bench-evidence  take in 100,000 outcomes, killed and gone on with; count 200,000 contacts
# make cases   100,000 random legal and illegal steps of a case: never an illegal state, never a lost event
# make tamper  change the log 1,000 times at random: every change must be found
# make lint    vet, format, staticcheck, gosec, tidy modules
# make fuzz    each fuzz target for FUZZTIME (10s)
# make pages    every page in every state, English and Welsh, light and dark, narrow and wide, by every rule of axe
# make walls    every role asks every route by every method, in another area too; every fence alone
# make flood   10,000 junk posts in a minute against the public form, on SQLite, while people use it: figures
# make e2e-officer     the officer's phone in a real browser: taps, no signal, lost answers, weight, Lighthouse
# make faults-officer  1,000 random days of a failing network and phone: nothing lost, nothing doubled
# make hpke    build the sealing library for phones from its published package
# make icons   draw the home-screen icons
# make messages  bring the Welsh catalogue up to date with the pages: what is new, what has no Welsh yet
# make matrix  write docs/access-matrix.md again from the policies
# make shots   screenshots of each screen into docs/screens, phone and desktop, light and dark

.PHONY: build setup run test bench bench-import bench-evidence bench-stats bench-stats-large coverage cases tamper lint fuzz shots matrix messages walls pages flood e2e-officer faults-officer hpke icons
WAYMARK = $(CURDIR)/bin/waymark

build:
	@go build -trimpath -o bin/waymark ./cmd/waymark

setup:
	@scripts/setup

run: setup build
	@$(WAYMARK) demo

# Two cores, a browser and two engines: two packages at a time, and make lint vets.
test: export WAYMARK_TEST_FSYNC = off
test: export GOGC = 300
test: export GOMEMLIMIT = 3GiB
test: setup build
	@scripts/with-postgres go test -p 2 -vet=off -ldflags=-w -timeout 20m ./...
	@node test/browser/pages.mjs --self-test
	@WAYMARK_BIN=$(WAYMARK) node --test --test-concurrency=2 --test-timeout=240000 test/browser/e2e/ test/browser/officer/ test/browser/care/
	@WAYMARK_BIN=$(WAYMARK) node test/browser/officer/faults.mjs --runs 15 --seed $$(date +%j)

bench: setup build
	@scripts/with-postgres go run ./test/bench

bench-stats:
	@go build -o bin/benchstats ./test/benchstats
	@bin/benchstats

bench-stats-large:
	@go build -o bin/benchstats ./test/benchstats
	@bin/benchstats large

coverage:
	@go run ./test/coverage -areas $(or $(AREAS),1000)

bench-import: build
	@WAYMARK_IMPORT_ROWS=100000 go test -count=1 -v -timeout 30m -run 'AnImport' ./cmd/waymark | grep -E '^(---|ok|FAIL)|import_test'

bench-evidence: build
	@WAYMARK_IMPORT_ROWS=100000 go test -count=1 -v -timeout 30m -run 'TestR45_Outcomes' ./cmd/waymark | grep -E '^(---|ok|FAIL)|rows'
	@WAYMARK_TALLY_ROWS=200000 go test -count=1 -v -timeout 30m -run HowLongCountingTakes ./internal/police/tally | grep -E '^(---|ok|FAIL)|contacts'

cases:
	@WAYMARK_TEST_FSYNC=off WAYMARK_STEPS=100000 go test -count=1 -v -timeout 30m -run ACaseIsAlwaysWhere ./internal/care/participant

tamper:
	@WAYMARK_CHANGES=1000 go test -count=1 -v -run TestEveryChangeToTheLogIsFound ./internal/platform/ledger

# Of gosec's rules three are left out: G101 takes the names of queries for passwords, G104 the errors whose line says why
# they are let go, G124 a cookie whose attributes depend on TLS; TestEveryCookieStaysWithThisHostAndOutOfReach looks at those.
lint:
	@go vet ./...
	@test -z "$$(gofmt -l .)" || { gofmt -l .; exit 1; }
	@go run honnef.co/go/tools/cmd/staticcheck@v0.7.0 ./...
	@go run github.com/securego/gosec/v2/cmd/gosec@v2.30.0 -quiet -exclude=G101,G104,G124 -exclude-dir=test ./...
	@go mod tidy -diff

fuzz:
	@scripts/fuzz

shots: setup build
	@WAYMARK_BIN=$(WAYMARK) node test/browser/shots.mjs
	@WAYMARK_SCREENS=$(CURDIR)/docs/screens go test -count=1 -run OnePersonsMonths ./internal/app

e2e-officer: setup build
	@WAYMARK_BIN=$(WAYMARK) node --test --test-concurrency=1 --test-timeout=240000 --test-reporter=spec test/browser/officer/

RUNS = 1000
SEED = 1
faults-officer: setup build
	@WAYMARK_BIN=$(WAYMARK) node test/browser/officer/faults.mjs --runs $(RUNS) --seed $(SEED)

hpke: setup
	@node -e 'import("./test/browser/hpke.mjs").then(async (m) => (await import("node:fs")).writeFileSync(m.product, await m.bundle()))'

icons: setup
	@node test/browser/icons.mjs

messages:
	@go run ./test/messages

matrix:
	@go test ./internal/platform/access -run TheMatrixPage -update

# Every role, route, method and class of data, and each fence with the others off.
pages: setup
	@WAYMARK_TEST_FSYNC=off WAYMARK_PAGES_ALL=1 go test -count=1 -v -timeout 60m -run EveryPage ./internal/app | grep -E 'passed|pages$$|^(---|ok|FAIL)|html: '

flood:
	@WAYMARK_FLOOD=all go test -count=1 -v -timeout 10m -run AFloodOfJunk ./internal/app | grep -E 'flood:|flood_test|^(---|ok|FAIL)'

walls: setup build
	@WAYMARK_WALLS=all WAYMARK_TEST_FSYNC=off scripts/with-postgres go test -count=1 -v -timeout 30m -run 'Wall|Fence|R34|Alike|NoCareText|ManyDecisions' ./internal/app ./internal/platform/access ./internal/platform/db ./internal/archtest | grep -E '^(---|===|ok|FAIL|panic)|walls:|attempts|AUC|decisions|answers' | grep -v '=== '
