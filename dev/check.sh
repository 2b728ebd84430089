#!/usr/bin/env bash
# The gate: format, build without warnings, unit tests, documentation, examples, real clients (who try the examples, too),
# and the JavaScript library with its demos, in Node and in a browser.
# `dev/check.sh` runs all of it; `dev/check.sh format|build|unit|docs|examples|interop|web` runs parts.
set -euo pipefail
cd "$(dirname "$0")/.."

format() {
    swift format lint --strict --recursive --parallel Package.swift Plugins Sources Tests Examples/*/Package.swift Examples/*/Sources
}

# The header of the system's zlib: Apple's SDKs have it, and Swift's Docker images.
zlib() {
    if [ "$(uname)" = Darwin ] || pkg-config --exists zlib 2>/dev/null || [ -e /usr/include/zlib.h ]; then
        return
    fi
    echo "installing zlib1g-dev"
    apt-get update --quiet && apt-get install --quiet --yes --no-install-recommends zlib1g-dev
}

build() {
    zlib
    swift build --build-tests --explicit-target-dependency-import-check error
    # The vocabulary is for small programs too: it must not bring Foundation along.
    if grep -rnE '^ *((public|package|internal|private) )?import Foundation' Sources/Bayeux; then
        echo "Sources/Bayeux must not import Foundation" >&2
        return 1
    fi
}

unit() {
    swift test --parallel
}

docs() {
    dev/docs.sh
}

# In the folder of the package itself: what the examples depend on has been compiled there already.
examples() {
    for example in Examples/*/; do
        swift build --package-path "$example" --scratch-path .build
    done
    # What `cometd init` makes must build, too.
    local binaries flavour
    swift build --product cometd
    binaries=$(swift build --show-bin-path)
    rm -rf .build/init
    for flavour in plain jquery; do
        "$binaries/cometd" init "hello-$flavour" --flavour "$flavour" --path ".build/init/hello-$flavour" --cometd .
        swift build --package-path ".build/init/hello-$flavour" --scratch-path .build
    done
}

interop() {
    local binaries
    binaries=$(swift build --show-bin-path)
    # They are tried, too, and stay there when the package itself is built again.
    [[ -x $binaries/chat && -x $binaries/hello-jquery ]] || examples
    swift build --product cometd
    Tests/InteropTests/run.sh "$binaries/cometd"
}

web() {
    local binaries
    binaries=$(swift build --show-bin-path)
    swift build --product cometd
    Web/test/run.sh "$binaries/cometd"
}

for part in "${@:-format build unit docs examples interop web}"; do
    for step in $part; do
        echo "== $step"
        "$step"
    done
done
echo "All checks passed."
