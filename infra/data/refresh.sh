#!/usr/bin/env bash
# Refreshes the lists under schema/rules from the packages pinned in package-lock.json. To take newer data: raise a version in package.json, run
# `npm install --package-lock-only --ignore-scripts` here, then this script, then the tests: they fail if a list shrinks or swallows a large provider.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
trap 'rm -rf node_modules' EXIT
npm ci --ignore-scripts --no-audit --no-fund
node lists.mjs "$(date -u +%F)"
