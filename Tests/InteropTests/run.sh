#!/usr/bin/env bash
# Runs the interop tests against the server.
#
#   Tests/InteropTests/run.sh [path of the cometd binary, default .build/debug/cometd] [word ...]
#
# With words, only the tests whose name holds one of them are run. The programs of Examples are taken from
# .build/debug, where `dev/check.sh examples` puts them, or from the folder $INTEROP_EXAMPLES. Needs bash, curl, openssl,
# Python 3.10 or later with venv, and Ruby with the gems faye and thin (Debian: ruby-faye, thin). What is missing is installed with
# apt-get where that works (as root on Debian or Ubuntu). The Python packages go into a virtual environment below
# .build/interop, where the logs of each run are, too.
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$root/.build/interop
venv=$work/venv
mkdir -p "$work"

fail() {
    printf 'interop: %s\n' "$*" >&2
    echo "0 passed, 1 failed"
    exit 2
}

# bounded SECONDS COMMAND ...: ends a command that takes too long, where `timeout` exists.
bounded() {
    if command -v timeout >/dev/null; then
        timeout --kill-after=10 "$@"
    else
        shift
        "$@"
    fi
}

binary=${1:-$root/.build/debug/cometd}
[ $# -gt 0 ] && shift
case $binary in
/*) ;;
*) if [ -e "$binary" ]; then binary=$PWD/$binary; else binary=$root/$binary; fi ;;
esac
[ -x "$binary" ] || fail "no server at $binary: build it first, or give its path"

# The programs: the first of several that is good enough.

find_python() {
    for python in python3 /usr/bin/python3; do
        if bounded 20 "$python" -c 'import sys, venv, ensurepip; assert sys.version_info >= (3, 10)' 2>/dev/null; then
            return 0
        fi
    done
    return 1
}

find_ruby() {
    for ruby in ruby /usr/bin/ruby; do
        if bounded 20 "$ruby" -e 'require "faye"; require "eventmachine"; require "thin"' 2>/dev/null; then
            export INTEROP_RUBY=$ruby
            return 0
        fi
    done
    return 1
}

missing_packages() {
    command -v curl >/dev/null || echo curl
    command -v openssl >/dev/null || echo openssl
    find_python || echo python3-venv
    find_ruby || echo ruby-faye thin
}

missing=$(missing_packages | xargs)
if [ -n "$missing" ]; then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        fail "missing: $missing (Debian package names); not root on a Debian system, so install them by hand"
    fi
    echo "installing $missing"
    export DEBIAN_FRONTEND=noninteractive
    {
        bounded 300 apt-get update && bounded 600 apt-get install --yes --no-install-recommends $missing
    } >"$work/apt-get.log" 2>&1 || { tail -n 5 "$work/apt-get.log" >&2; fail "apt-get cannot install $missing"; }
    missing=$(missing_packages | xargs)
    [ -z "$missing" ] || fail "still missing after apt-get: $missing"
fi
# The searches above ran in subshells.
find_python
find_ruby

# The Python packages. aiocometd 0.4.5 is the last release; test_aiocometd.py says what it needs to run today.

has_packages() {
    bounded 60 "$venv/bin/python" -c 'import aiocometd, aiohttp' >/dev/null 2>&1
}

command -v flock >/dev/null && exec 9>"$work/lock" && flock --wait 600 9
if ! has_packages; then
    echo "installing aiocometd"
    rm -rf "$venv"
    {
        bounded 120 "$python" -m venv "$venv" &&
            bounded 300 "$venv/bin/python" -m pip install --disable-pip-version-check \
                'aiocometd==0.4.5' 'aiohttp>=3.9,<4'
    } >"$work/pip.log" 2>&1 || { tail -n 5 "$work/pip.log" >&2; fail "cannot install aiocometd, see $work/pip.log"; }
    has_packages || fail "aiocometd was installed but cannot be imported, see $work/pip.log"
fi
exec 9>&-

# A folder for each run, because two may go on at the same time; the last ten are kept.
logs=$work/runs/$(date +%Y%m%d-%H%M%S)-$$
mkdir -p "$logs"
ls -1d "$work"/runs/* | sort -r | tail -n +11 | xargs rm -rf
examples=${INTEROP_EXAMPLES:-$root/.build/debug}
PYTHONDONTWRITEBYTECODE=1 bounded 1800 "$venv/bin/python" -W ignore::DeprecationWarning \
    "$here/run.py" "$binary" "$examples" "$logs" "$@" 2>&1 | tee "$logs/output.log"
status=${PIPESTATUS[0]}
tail -n 1 "$logs/output.log" | grep -Eq '^[0-9]+ passed, [0-9]+ failed$' || fail "the run broke off, see $logs"
exit "$status"
