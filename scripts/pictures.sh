#!/usr/bin/env bash
# Plays the scripted visits and puts the README's pictures into tests/pictures.
set -euo pipefail
cd "$(dirname "$0")/.."

# visit / picture in its folder (any number before the name) / name in the README
pictures=(
  "property-query attract attract"
  "property-query home home"
  "property-query login_ways-face login"
  "property-query face-good face"
  "property-query table-printed property"
  "kinship-certificate form-typed kinship-form"
  "kinship-certificate certificate-printed kinship-printed"
  "kinship-certificate certificate-1 kinship-paper"
  "kinship-certificate outcome verification"
  "old-age-allowance home-care home-care"
  "old-age-allowance signature-written allowance-signature"
  "old-age-allowance submitted-printed allowance-submitted"
  "old-age-allowance receipt-1 allowance-receipt"
  "proof-of-life submitted-printed proof-of-life"
  "proof-of-life receipt-1 proof-of-life-slip"
  "paper-out-and-resume problem paper-out"
)

out=tests/pictures
mkdir -p "$out"
declare -A played=()
for line in "${pictures[@]}"; do
  read -r visit picture name <<<"$line"
  if [[ -z ${played[$visit]:-} ]]; then
    "${CARGO_TARGET_DIR:-target}/debug/kiosk" visit "tests/visits/$visit.toml" --out "out/visits/$visit"
    played[$visit]=1
  fi
  files=("out/visits/$visit"/[0-9][0-9]-"$picture".png "out/visits/$visit/$picture.png")
  for file in "${files[@]}"; do
    [[ -f $file ]] && cp "$file" "$out/$name.png" && continue 2
  done
  echo "pictures: $visit has no picture '$picture'" >&2
  exit 1
done
