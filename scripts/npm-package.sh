#!/usr/bin/env bash
# Unpacks one npm package, pinned by name, version and SHA-256, into a folder (as `package/`).
# Usage: npm-package.sh NAME VERSION SHA256 FOLDER
set -euo pipefail
name=$1 version=$2 sha256=$3 folder=$4

if ! command -v npm >/dev/null; then
  echo "npm-package: installing npm"
  as_root=()
  [[ $(id -u) -eq 0 ]] || as_root=(sudo)
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends npm
fi

echo "npm-package: fetching $name $version"
npm pack --silent --pack-destination "$folder" "$name@$version" >/dev/null
archive="$folder/$name-$version.tgz"
echo "$sha256  $archive" | sha256sum --check --status || {
  echo "npm-package: $name $version is not the package that was pinned; nothing was installed" >&2
  exit 1
}
tar -xzf "$archive" -C "$folder"
