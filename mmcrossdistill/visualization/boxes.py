"""3D boxes drawn on pictures from above and on images."""
from __future__ import annotations

import cv2
import numpy as np

# Corners of the unit box, the lower face first, each face around; 0 and 1 are in front.
_UNIT = np.array([[0.5, 0.5, -0.5], [0.5, -0.5, -0.5], [-0.5, -0.5, -0.5], [-0.5, 0.5, -0.5],
                  [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [-0.5, -0.5, 0.5], [-0.5, 0.5, 0.5]])
_EDGES = np.array([[0, 1], [1, 2], [2, 3], [3, 0], [4, 5], [5, 6], [6, 7], [7, 4],
                   [0, 4], [1, 5], [2, 6], [3, 7],
                   # A cross on the front.
                   [0, 5], [1, 4]])
# Metres in front of the camera where edges are cut.
_NEAR = 0.1
# Pixels up to which OpenCV draws lines safely.
_FAR_PIXEL = 2 ** 14


def box_corners(boxes: np.ndarray) -> np.ndarray:
    """Find the corners of boxes.

    Args:
        boxes ((N, 7+) float): x, y, z of the centre, length, width, height, metres; angle from x
            to the length around z, counter-clockwise, radians.

    Returns:
        (N, 8, 3) float: the lower face, then the upper one; the first two corners of each are at
        the front.
    """
    boxes = np.asarray(boxes, dtype=float)
    corners = _UNIT * boxes[:, None, 3:6]
    cos, sin = np.cos(boxes[:, 6])[:, None], np.sin(boxes[:, 6])[:, None]
    x, y, z = np.moveaxis(corners, -1, 0)
    turned = np.stack([x * cos - y * sin, x * sin + y * cos, z], axis=-1)
    return turned + boxes[:, None, :3]


def draw_boxes_from_above(
    picture: np.ndarray, boxes: np.ndarray, colours: np.ndarray, reach: float, thickness: int = 1,
) -> np.ndarray:
    """Draw boxes on a copy of a picture of :func:`~mmcrossdistill.visualization.bird_eye.bird_eye`.

    A line from the centre to the front shows the heading.

    Args:
        picture ((S, S, 3) uint8): RGB, x up and y to the left.
        boxes ((N, 7+) float): see :func:`box_corners`.
        colours ((N, 3) uint8): RGB.
        reach: metres from the centre of the picture to its border.
        thickness: pixels.

    Returns:
        (S, S, 3) uint8.
    """
    canvas = np.ascontiguousarray(picture).copy()
    faces = box_corners(boxes)[:, :4, :2]
    for face, colour in zip(faces, np.asarray(colours).tolist(), strict=True):
        pixels = (1 - face / reach) * len(canvas) / 2
        heading = np.array([pixels.mean(axis=0), pixels[:2].mean(axis=0)])
        for line, closed in ((pixels, True), (heading, False)):
            # Rows come from x, columns from y; OpenCV wants (column, row), a sixteenth of a pixel.
            points = np.round((line[:, ::-1] - 0.5) * 16).astype(np.int32)
            cv2.polylines(canvas, [points], closed, colour, thickness, cv2.LINE_AA, shift=4)
    return canvas


def draw_boxes_on_image(
    image: np.ndarray, boxes: np.ndarray, colours: np.ndarray, lidar2img: np.ndarray,
    thickness: int = 1,
) -> np.ndarray:
    """Draw the edges of boxes on a copy of an image; a cross marks the front.

    Args:
        image ((H, W, 3) uint8): RGB.
        boxes ((N, 7+) float): in the lidar frame, see :func:`box_corners`.
        colours ((N, 3) uint8): RGB.
        lidar2img ((3, 4) float): of
            :func:`~mmcrossdistill.datasets.transforms.geometry.lidar2img_matrix`.
        thickness: pixels.

    Returns:
        (H, W, 3) uint8. What is behind other things is drawn, too; edges behind the camera are not.
    """
    canvas = np.ascontiguousarray(image).copy()
    places = box_corners(boxes) @ lidar2img[:, :3].T + lidar2img[:, 3]
    # Far boxes first.
    order = np.argsort(-places[..., 2].mean(axis=1), kind='stable')
    for row in order:
        for line in places[row][_EDGES]:
            pixels = _project_edge(line)
            if pixels is not None:
                cv2.line(canvas, *pixels.tolist(), np.asarray(colours)[row].tolist(), thickness,
                         cv2.LINE_AA)
    return canvas


def _project_edge(line: np.ndarray) -> np.ndarray | None:
    """Cut an edge in front of the camera and project it.

    Args:
        line ((2, 3) float): u * z, v * z, z of its ends.

    Returns:
        (2, 2) int: pixels (u, v); ``None`` if nothing is in front or it is far outside.
    """
    depth = line[:, 2]
    if (depth < _NEAR).all():
        return None
    if (depth < _NEAR).any():
        behind = int(depth.argmin())
        share = (_NEAR - depth[behind]) / (depth[1 - behind] - depth[behind])
        line = line.copy()
        line[behind] += share * (line[1 - behind] - line[behind])
    pixels = np.floor(line[:, :2] / line[:, 2:])
    return pixels.astype(int) if (np.abs(pixels) < _FAR_PIXEL).all() else None
