#!/usr/bin/env bash
# Makes the documentation of all libraries from their DocC catalogs, below .build/docs; any warning is an error.
# To read it: python3 -m http.server --directory .build/docs/Bayeux.doccarchive, then /documentation/bayeux.
set -euo pipefail
cd "$(dirname "$0")/.."

modules=(Bayeux CometDClient CometDClientNIO CometDServer CometDServerNIO CometDHummingbird CometDWeb CometDServices CometDTestKit)
docc=$(command -v docc || xcrun --find docc)
output=.build/docs

swift package dump-symbol-graph --minimum-access-level public --skip-synthesized-members --emit-extension-block-symbols
graphs=$(swift build --show-bin-path)
graphs=$(dirname "$graphs")/symbolgraph

rm -rf "$output"
dependencies=()
for module in "${modules[@]}"; do
    echo "== $module"
    mkdir -p "$output/symbols/$module"
    cp "$graphs/$module".symbols.json "$graphs/$module"@*.symbols.json "$output/symbols/$module" 2>/dev/null ||
        cp "$graphs/$module".symbols.json "$output/symbols/$module"
    "$docc" convert "Sources/$module/$module.docc" \
        --additional-symbol-graph-dir "$output/symbols/$module" \
        --fallback-display-name "$module" --fallback-bundle-identifier "org.cometd.swift.$module" \
        --enable-experimental-external-link-support "${dependencies[@]}" \
        --warnings-as-errors --output-path "$output/$module.doccarchive"
    dependencies+=(--dependency "$output/$module.doccarchive")
done
echo "Documentation is in $output."
