#!/usr/bin/env bash
# Builds the pages: web_build.sh WEB_FOLDER OUT_FOLDER. `npm ci`, `npm run build`, then brotli and gzip beside each file.
# The result is kept by the hash of the sources; the second build of the same sources is a copy.
set -euo pipefail
web=$1
out=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${RT_DEPS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/roundtable/deps}/web
mkdir -p "$cache"

key=$( (cd "$web" && find . \( -name node_modules -o -name dist \) -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
    sha256sum <"${BASH_SOURCE[0]}"; sha256sum <"$here/precompress.mjs") | sha256sum | cut -c1-24)

if [ ! -d "$cache/$key" ]; then
    exec 7>"$web/.build.lock"
    flock 7
    cd "$web"
    want=$(sha256sum <package-lock.json)
    if [ "$(cat node_modules/.rt-lock 2>/dev/null || true)" != "$want" ]; then
        npm ci --no-audit --no-fund --loglevel=error
        printf '%s' "$want" >node_modules/.rt-lock
    fi
    work=$(mktemp -d "$cache/new.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    npm run --silent build -- --outDir "$work/dist" --emptyOutDir
    node "$here/precompress.mjs" "$work/dist"
    chmod -R a+rX "$work/dist"
    mv -T "$work/dist" "$cache/$key" 2>/dev/null || [ -d "$cache/$key" ]
    # The eight newest results are kept.
    find "$cache" -mindepth 1 -maxdepth 1 -type d ! -name 'new.*' -printf '%T@ %p\n' | sort -rn | tail -n +9 | cut -d' ' -f2- | xargs -r rm -rf
fi
rm -rf "$out"
mkdir -p "$(dirname "$out")"
cp -r "$cache/$key" "$out"
