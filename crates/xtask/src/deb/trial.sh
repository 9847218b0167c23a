#!/bin/sh
# The life of a package in a clean Debian: installed, used, hung, upgraded, rolled back, removed, purged.
set -eu
cd /trial
export DEBIAN_FRONTEND=noninteractive
url=http://127.0.0.1:8700
config=/etc/now-serving/branch.toml
data=/var/lib/now-serving

step() { echo "== $*"; }
fail() { echo "FAILED: $*"; journalctl -u now-serving -n 40 --no-pager -o cat || true; exit 1; }
now_ms() { date +%s%3N; }
ready() {
    end=$(($(date +%s) + 30))
    until curl -sf "$url/readyz" >/dev/null; do
        [ "$(date +%s)" -lt "$end" ] || fail "the lobby is not ready"
        sleep 0.05
    done
}
lobby() { runuser -u lobby -- lobby "$@"; }
# Takes a number; the key makes the same wish the same number.
take() {
    curl -sf -X POST "$url/api/v1/tickets" -H "Authorization: Bearer $token" -H 'Content-Type: application/json' \
        -H "Idempotency-Key: $1" -d '{"service":"cash"}' | sed 's/.*"number":"\([A-Z0-9]*\)".*/\1/'
}
expect() { [ "$2" = "$3" ] || fail "$1: $2 in place of $3"; echo "   $1: $2"; }

step "the version before is installed, is enabled and starts by itself"
dpkg -i before.deb
expect enabled "$(systemctl is-enabled now-serving)" enabled
ready
expect active "$(systemctl is-active now-serving)" active
expect "user of the process" "$(ps -o user= -p "$(systemctl show -p MainPID --value now-serving)")" lobby
expect "who may read the data" "$(stat -c '%U %a' $data)" "lobby 750"
echo "   $(systemd-analyze security now-serving --no-pager | tail -1)"

step "its log is in systemd's journal, with fields"
journalctl --sync
journalctl -u now-serving LOBBY_BRANCH=bank -o cat -n 1 --no-pager | grep "open for business" || fail "no field LOBBY_BRANCH"

step "an engineer edits the branch's file: open whenever it runs"
sed -i -e 's/^open = "by_schedule"/open = "at_start"/' -e '/^sessions = \[/,/^\]/d' $config
lobby check --config $config
systemctl restart now-serving
ready

step "a kiosk takes numbers"
token=$(lobby token add --role kiosk --name k1)
expect "first number" "$(take one)" A001
expect "second number" "$(take two)" A002
expect "the second again" "$(take two)" A002

step "what the doctor says"
lobby doctor || true

step "the lobby hangs: the watchdog ends it, and it is there again"
before=$(systemctl show -p MainPID --value now-serving)
began=$(now_ms)
kill -STOP "$before"
until [ "$(systemctl show -p MainPID --value now-serving)" != "$before" ] && curl -sf -m 1 "$url/readyz" >/dev/null; do
    [ $(($(now_ms) - began)) -lt 20000 ] || fail "no restart within 20 s of a hang"
    sleep 0.05
done
took=$(($(now_ms) - began))
echo "   from the hang to ready: $took ms"
[ "$took" -le 10000 ] || fail "more than 10 s"
expect "cause" "$(systemctl show -p NRestarts --value now-serving)" 1
expect "third number" "$(take three)" A003

step "upgrade: the file of the branch and every number stay"
dpkg -i now-serving.deb
ready
grep -q 'open = "at_start"' $config || fail "the branch's file was overwritten"
expect "the second again" "$(take two)" A002
expect "fourth number" "$(take four)" A004
lobby journal verify --data $data

step "back to the version before, and forth again"
dpkg -i before.deb
ready
expect "fifth number" "$(take five)" A005
dpkg -i now-serving.deb
ready
expect "sixth number" "$(take six)" A006
lobby journal verify --data $data

step "it stops within 2 s of being asked"
began=$(now_ms)
systemctl stop now-serving
took=$(($(now_ms) - began))
echo "   $took ms"
[ "$took" -le 2500 ] || fail "too slow"
expect result "$(systemctl show -p Result --value now-serving)" success

step "a mistake in the branch's file does not start it over and over"
cp $config /trial/good.toml
echo 'nonsense = 1' >>$config
if systemctl start now-serving; then fail "it started with a mistake"; fi
sleep 1
expect "state after a mistake" "$(systemctl is-failed now-serving)" failed
cp /trial/good.toml $config
systemctl reset-failed now-serving
systemctl start now-serving
ready

step "the agent of a clerk's PC installs, and waits for its file"
dpkg -i counter-agent.deb
counter-agent --version
dpkg -P counter-agent

step "removed: the program is gone, the numbers are not"
dpkg -r now-serving
[ ! -e /usr/bin/lobby ] || fail "the program is still there"
[ -f $data/journal.db ] || fail "the journal went with the program"
[ -f $config ] || fail "the branch's file went with the program"
if curl -sf "$url/healthz" >/dev/null; then fail "it still runs"; fi

step "installed again: the numbers go on"
dpkg -i now-serving.deb
ready
expect "seventh number" "$(take seven)" A007

step "purged: nothing is left"
dpkg -P now-serving
for left in $data /etc/now-serving /usr/share/now-serving /usr/lib/systemd/system/now-serving.service \
    /etc/systemd/system/multi-user.target.wants/now-serving.service; do
    [ ! -e "$left" ] || fail "$left is left"
done
if getent passwd lobby; then fail "the user is left"; fi
if systemctl cat now-serving 2>/dev/null; then fail "the unit is left"; fi
step "done"
