#!/usr/bin/env bash
# Fetches the demo's network and photograph into a folder, unless they are there.
# usage: fetch.sh FOLDER
#
# blazeface.onnx: blazeface-front of scripts/models/fetch.sh.
# astronaut.png: photograph of Eileen Collins, NASA, public domain, from
#   Debian's package python3-skimage.
set -euo pipefail
bash "$(dirname "$0")/../models/fetch.sh" "$1" blazeface-front
cp "$1/blazeface-front.onnx" "$1/blazeface.onnx"
cp /usr/lib/python3/dist-packages/skimage/data/astronaut.png "$1/astronaut.png"
ls -l "$1/blazeface.onnx" "$1/astronaut.png"
