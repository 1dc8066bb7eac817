#!/usr/bin/env bash
# Copies the libraries of the pages, at the versions of package-lock.json, to wwwroot/lib. To take newer ones: raise a version in package.json, run
# `npm install --package-lock-only --ignore-scripts` here, then this script, then the browser tests. With --check it changes nothing, and fails where the copies differ.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
readonly lib=../../../src/EmailVerify.Host/wwwroot/lib
made=$(mktemp -d)
trap 'rm -rf node_modules "$made"' EXIT
npm ci --ignore-scripts --no-audit --no-fund --silent

# What is not there is not asked for: the maps of the sources are left out, and so is the line that names them.
take() {
  install -D -m 644 "node_modules/$1" "$made/$2"
  sed -i '/^\/\/# sourceMappingURL=/d' "$made/$2"
}

for file in lit-html.js directive.js directive-helpers.js directives/repeat.js directives/live.js LICENSE; do
  take "lit-html/$file" "lit-html/$file"
done
take uplot/dist/uPlot.iife.min.js uplot/uPlot.iife.min.js
take uplot/dist/uPlot.min.css uplot/uPlot.min.css
take uplot/LICENSE uplot/LICENSE

if [[ ${1:-} == --check ]]; then
  diff -r "$made" "$lib"
else
  rm -rf "$lib"
  mkdir -p "$lib"
  cp -r "$made/." "$lib"
fi
