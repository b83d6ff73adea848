#!/usr/bin/env bash
# Installs what a fresh Debian 12 lacks to build, test and show the terminal: Debian packages,
# fonts, the pinyin and stroke data, the face models and the handwriting templates. Does nothing when all of it is there.
set -euo pipefail
cd "$(dirname "$0")/.."

# Build: a C compiler, libclang for the V4L2 bindings, headers. Run: fonts, pinyin, speech. Hanazono has
# the rare characters of names that Noto lacks; the Uyghur and Tibetan fonts are for the sample packs.
# Tests: a second IPP printer, PDF tools, a bar code reader, a tracer, a virtual display,
# the accessibility bus.
packages=(
  build-essential pkg-config libclang-dev libfontconfig-dev libxkbcommon-dev nasm
  libfontconfig1 libxkbcommon0 libxkbcommon-x11-0 libx11-6 libx11-xcb1 libxcursor1 libxi6 libxrandr2
  fonts-noto-cjk fonts-hanazono fonts-ukij-uyghur fonts-ddc-uchen fonts-dejavu-core ca-certificates
  librime1 rime-data-pinyin-simp rime-data-stroke espeak-ng alsa-utils
  at-spi2-core cups-ipp-utils dbus poppler-utils qpdf strace zbar-tools xvfb
)

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done

if ((${#missing[@]})); then
  echo "setup: installing ${missing[*]}"
  as_root=()
  if [[ $(id -u) -ne 0 ]]; then
    command -v sudo >/dev/null || {
      echo "setup: please install these Debian packages and try again: ${missing[*]}" >&2
      exit 1
    }
    as_root=(sudo)
  fi
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi

command -v cargo >/dev/null || {
  echo "setup: please install a Rust toolchain (1.92 or later) and try again" >&2
  exit 1
}

# Without the models everything but face login works, and the terminal says so: not a reason to stop.
scripts/fetch-models.sh || echo "setup: the face models could not be had; face login stays off" >&2
# The same with handwriting: the other ways of typing stay.
scripts/handwriting-templates.sh || echo "setup: the handwriting templates could not be had; handwriting stays off" >&2
