"""Decodes BlazeFace's best box and draws it into the picture.

usage: draw_face.py PICTURE OUTPUTS_DIR DRAWING.png [REFERENCE_DIR]

OUTPUTS_DIR has the network's outputs as .npy: Identity:0 [1, 512, 1] and
Identity_1:0 [1, 384, 1] are logits of faces, Identity_2:0 [1, 512, 16] and
Identity_3:0 [1, 384, 16] boxes and key points in pixels relative to their
anchors: 2 anchors for each cell of a 16x16 grid, 6 for each of an 8x8 grid.
With REFERENCE_DIR, which has the float model's, exits with 1 if the faces
differ by more than 0.01 in position or size or 0.02 in score.
"""

import os
import sys

import numpy as np
from PIL import Image, ImageDraw

INPUT_SIZE = 128
GRIDS = [(16, 2, "Identity:0", "Identity_2:0"), (8, 6, "Identity_1:0", "Identity_3:0")]


def load(folder, name):
    return np.load(os.path.join(folder, name.replace(":", "_") + ".npy"))


def best_face(folder):
    """Score, centre x, centre y and width of the best face, as parts of the
    picture."""
    best = None
    for cells, anchors, logits_name, boxes_name in GRIDS:
        logits = load(folder, logits_name).reshape(-1)
        boxes = load(folder, boxes_name).reshape(-1, 16)
        index = int(np.argmax(logits))
        score = 1.0 / (1.0 + np.exp(-np.clip(logits[index], -100, 100)))
        row, col = divmod(index // anchors, cells)
        dx, dy, width, height = boxes[index][:4] / INPUT_SIZE
        face = (float(score), float((col + 0.5) / cells + dx),
                float((row + 0.5) / cells + dy), float(width), float(height))
        if best is None or face[0] > best[0]:
            best = face
    return best


def describe(face):
    score, x, y, width, _ = face
    return f"score {score:.4f} at ({x:.4f}, {y:.4f}), {width:.4f} wide"


def main():
    picture, folder, drawing = sys.argv[1:4]
    face = best_face(folder)
    score, x, y, width, height = face
    print(f"face: {describe(face)}")

    image = Image.open(picture).convert("RGB")
    box = [(x - width / 2) * image.width, (y - height / 2) * image.height,
           (x + width / 2) * image.width, (y + height / 2) * image.height]
    ImageDraw.Draw(image).rectangle(box, outline=(0, 255, 0), width=3)
    image.save(drawing)
    print(f"picture with the box: {drawing}")

    if len(sys.argv) > 4:
        expected = best_face(sys.argv[4])
        print(f"float model: {describe(expected)}")
        differences = [abs(a - b) for a, b in zip(face, expected)]
        if differences[0] > 0.02 or max(differences[1:]) > 0.01:
            print("error: the simulated face is not the float model's",
                  file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
