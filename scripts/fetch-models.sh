#!/usr/bin/env bash
# Puts the six face models into models/ (not kept in git). They come out of one npm package, pinned
# by name, version and SHA-256; every file is checked again when the terminal loads it.
# Does nothing when all six are there.
set -euo pipefail
cd "$(dirname "$0")/.."

package=faceplugin-face-recognition-js
version=0.0.1
archive_sha256=7ea06031d9a3f83753254fcff60506a07b81b46fc84d4ee024cd041f260ec1ba
models=(
  "6c0256ccd3164f844736a401faf936ec2930764a87ae39442180887d0c5c8854  fr_detect.onnx"
  "f10b0ba1d2a8a099adefede1ebf3733e44fe370715e7303dbeb7f59c02142258  fr_landmark.onnx"
  "87aacdfe57510db2af90c0251df680e8eec88f122ee94712121d09bcaaaf3581  fr_feature.onnx"
  "afa783b7e902fdfcf323a7240cac2a1c580c25314ea4161129dc1b0d100dc32d  fr_liveness.onnx"
  "72d032ec941b7153bf8d3f2c03a4c165453cc7e63d479041ec7c6ef087e5839d  fr_pose.onnx"
  "1afcea006abc1ccac3c517022abde0aa092bed74ff3c9fe6878483ef9e6e38de  fr_eye.onnx"
)

all_there() {
  [[ -d models ]] && (cd models && printf '%s\n' "${models[@]}" | sha256sum --check --status 2>/dev/null)
}

if all_there; then
  exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

scripts/npm-package.sh "$package" "$version" "$archive_sha256" "$work"

mkdir -p models
for line in "${models[@]}"; do
  cp "$work/package/model/${line##* }" models/
done
cp "$work/package/LICENSE" models/LICENSE
cat >models/README.md <<NOTE
Face models of the npm package $package $version (its package.json says MIT; LICENSE beside this
file is the package's). Who trained them, and on what, the package does not say: have that reviewed
before production. Put there by scripts/fetch-models.sh; the terminal checks each file's SHA-256.
NOTE

all_there || {
  echo "fetch-models: a model differs from its pinned SHA-256" >&2
  exit 1
}
echo "fetch-models: models/ is complete"
