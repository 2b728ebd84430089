#!/usr/bin/env bash
# Runs the tests of the JavaScript library, its bindings and the demos: in Node, and in a browser against the server.
#
#   Web/test/run.sh [path of the cometd binary, default .build/debug/cometd] [test file ...]
#
# With files, only those are run. Needs Node 20 or later ($NODE, or the first one in the path), esbuild, chromium with
# its driver, tsc, and jQuery, Dojo and Angular 1 as Debian packages them (/usr/share/javascript). What is missing is
# installed with apt-get where that works (as root on Debian or Ubuntu). Debian 12's own nodejs is 18, which is too old:
# it lacks what the library's Node part and most of these tests use. Take a newer one from nodejs.org, nodesource.com or
# an image such as node:20-bookworm.
#
# Pictures of the pages go to .build/screenshots, logs to .build/web.
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$root/.build/web
mkdir -p "$work"

fail() {
    printf 'web: %s\n' "$*" >&2
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
export COMETD_BINARY=$binary

# The programs: the first of several that is good enough.

find_node() {
    for node in "${NODE:-node}" /usr/local/bin/node /usr/bin/node; do
        if bounded 20 "$node" -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' 2>/dev/null; then
            return 0
        fi
    done
    return 1
}

find_chromium() {
    for chromium in "${CHROMIUM:-chromium}" chromium-browser google-chrome; do
        if command -v "$chromium" >/dev/null; then
            return 0
        fi
    done
    return 1
}

missing_packages() {
    find_node || command -v node >/dev/null || echo nodejs
    command -v "${ESBUILD:-esbuild}" >/dev/null || echo esbuild
    command -v "${TSC:-tsc}" >/dev/null || echo node-typescript
    find_chromium || echo chromium
    command -v "${CHROMEDRIVER:-chromedriver}" >/dev/null || echo chromium-driver
    [ -e /usr/share/javascript/jquery/jquery.js ] || echo libjs-jquery
    [ -e /usr/share/javascript/dojo/dojo.js ] || echo libjs-dojo-core
    [ -e /usr/share/javascript/angular.js/angular.js ] || echo libjs-angularjs
}

missing=$(missing_packages | xargs)
if [ -n "$missing" ]; then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        fail "missing: $missing (Debian package names); not root on a Debian system, so install them by hand"
    fi
    echo "installing $missing"
    export DEBIAN_FRONTEND=noninteractive
    {
        bounded 300 apt-get update && bounded 900 apt-get install --yes --no-install-recommends $missing
    } >"$work/apt-get.log" 2>&1 || { tail -n 5 "$work/apt-get.log" >&2; fail "apt-get cannot install $missing"; }
    missing=$(missing_packages | xargs)
    [ -z "$missing" ] || fail "still missing after apt-get: $missing"
fi
find_node || fail "Node 20 or later is needed, and node is $(node --version 2>&1): Debian 12's is 18. Put a newer one in the path, or its path in \$NODE"
# Without a driver of their own the browsers of macOS are not found.
find_chromium && [ "$chromium" != chromium ] && export CHROMIUM=$(command -v "$chromium")

# One file after the other: two at a time would make the machine's speed part of what the browser tests measure.
if [ $# -gt 0 ]; then
    files=("$@")
else
    mapfile -t files < <(find "$here" -name '*.test.*js' -not -path '*/browser/*' | sort)
    mapfile -t browser < <(find "$here/browser" -name '*.test.*js' | sort)
    files+=("${browser[@]}")
fi
command -v flock >/dev/null && exec 9>"$work/lock" && flock --wait 1800 9
bounded 3000 "$node" --test --test-concurrency=1 --test-reporter=spec --test-reporter-destination=stdout \
    --test-reporter=tap --test-reporter-destination="$work/tests.tap" "${files[@]}" 9>&-
