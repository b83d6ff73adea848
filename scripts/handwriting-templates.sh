#!/usr/bin/env bash
# Makes models/handwriting/templates.bin (not kept in git) out of the strokes of one npm package,
# pinned by name, version and SHA-256. The terminal's own code makes it, and with one version of
# that code the file is the same on every machine: its SHA-256 is pinned too.
# Does nothing when that file is there. Builds the terminal unless KIOSK names its program.
set -euo pipefail
cd "$(dirname "$0")/.."

package=hanzi-writer-data
version=2.0.1
archive_sha256=72baf3d82b114e60d6e40ea05f24d2262a05cd39d544e2f322ba2fceb7beff15
templates_sha256=43f0986462a50881388ea4413ccc7449fe8ca56f9d6abbe62212bd646e993b0b
folder=models/handwriting

all_there() {
  [[ -f $folder/ARPHICPL.TXT && -f $folder/README.md ]] &&
    echo "$templates_sha256  $folder/templates.bin" | sha256sum --check --status 2>/dev/null
}

if all_there; then
  exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
scripts/npm-package.sh "$package" "$version" "$archive_sha256" "$work"

if [[ -z ${KIOSK:-} ]]; then
  cargo build --workspace --bins
  KIOSK=${CARGO_TARGET_DIR:-target}/debug/kiosk
fi
"$KIOSK" handwriting-templates "$work/package" "$work/templates.bin"
echo "$templates_sha256  $work/templates.bin" | sha256sum --check --status || {
  echo "handwriting-templates: the file made differs from its pinned SHA-256; nothing was installed" >&2
  exit 1
}
mkdir -p "$folder"
cp "$work/templates.bin" "$work/package/ARPHICPL.TXT" "$folder/"
cat >"$folder/README.md" <<NOTE
Handwriting templates of the terminal. templates.bin is derived from the strokes of the npm package
$package $version, which come from the fonts AR PL KaitiM GB and AR PL UKai through the project
Make Me a Hanzi. It is under the Arphic Public License, ARPHICPL.TXT, which has to go with every
copy. Changed: the middle lines of the strokes were turned into directional histograms, by
scripts/handwriting-templates.sh on $(date -u +%F). Digits, capital letters and 〇 are our own.
NOTE

echo "handwriting-templates: $folder is complete"
