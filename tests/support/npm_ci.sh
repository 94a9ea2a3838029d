#!/usr/bin/env bash
# Installs the locked npm packages of a folder, unless its node_modules already holds just those: npm_ci.sh FOLDER
set -euo pipefail
cd "$1"
exec 7>node_modules.lock
flock 7
want=$(sha256sum <package-lock.json)
[ "$(cat node_modules/.rt-lock 2>/dev/null || true)" != "$want" ] || { echo "node_modules is up to date"; exit 0; }
npm ci --no-audit --no-fund --loglevel=error
printf '%s' "$want" >node_modules/.rt-lock
