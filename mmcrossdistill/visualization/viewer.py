"""A page in the browser: cloud, cameras, pairs, and what resembles the picked place."""
from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from mmcrossdistill.apis.frame import shrink_frame
from mmcrossdistill.apis.frame_features import FrameFeatures, Similarity
from mmcrossdistill.utils.optional import require

from .picking import ImagePlane, point_on_ray
from .similarity import blend_similarity, colour_similarity, colour_values, mark_pixel

if TYPE_CHECKING:
    import viser

COLOURS = ('similarity', 'features (PCA)', 'height')
_HELP = """**Click a point of the cloud, or a place on a picture.**
Colours show the cosine similarity of all features to the clicked one, in both modalities:
blue 0 or less, green 0.5, red 1. The ring and the white ball mark the picked place, the white line
is its pair. Drag to turn, right-drag to move, scroll to zoom."""
_MAX_PAIRS = 150
_MAX_WIDTH = 480  # pixels of a shown picture; a click shall be answered at once
_HEIGHTS = (-3.0, 5.0)  # metres, from blue to red
_WHITE = (255, 255, 255)
# Where the eye stands at first, metres: behind and above, so that the first picture faces it.
_BACK, _UP, _AHEAD = -14.0, 12.0, 8.0


@dataclass(frozen=True, eq=False)
class Picked:
    """A picked place.

    Args:
        similarity: of everything to it.
        point: row of the points, ``None`` where no point belongs to the picked pixel.
        pixels: view to the pixel (u, v) of the place in it.
    """

    similarity: Similarity
    point: int | None
    pixels: dict[int, tuple[float, float]]


class FeatureViewer:
    """Shows frames in the browser and answers clicks.

    Args:
        frames: features of calibrated frames with images and points, in one space; their images
            are shown small, and pixels are those of the small images.
        titles: one per frame.
        host: network interface; '0.0.0.0' lets other machines see the page.
        port: of the page; the next free one is taken.

    Raises:
        ValueError: if a frame lacks a modality or its calibration.
        ImportError: without viser.
    """

    def __init__(self, frames: Sequence[FrameFeatures], titles: Sequence[str],
                 host: str = '127.0.0.1', port: int = 8080) -> None:
        for title, features in zip(titles, frames, strict=True):
            if features.feats_2d is None or features.feats_3d is None or (
                    features.frame.cam2img is None or features.frame.lidar2cam is None):
                raise ValueError(f'{title}: the viewer needs images, points and calibration')
        self.frames = [replace(one, frame=shrink_frame(one.frame, _MAX_WIDTH)) for one in frames]
        self.titles = list(titles)
        self.server: viser.ViserServer = require('viser', 'vis').ViserServer(
            host=host, port=port, verbose=False)
        self._transforms = require('viser.transforms', 'vis')
        self._lock = threading.RLock()
        self._add_controls()
        self.server.scene.on_click()(self._on_click)
        self.show_frame(0)

    @property
    def address(self) -> str:
        """Address of the page."""
        return f'http://{self.server.get_host()}:{self.server.get_port()}'

    @property
    def features(self) -> FrameFeatures:
        """Features of the frame that is shown."""
        return self.frames[self.number]

    def show_frame(self, number: int) -> None:
        """Show another frame, with its foremost pair picked.

        Args:
            number: of the frame.
        """
        with self._lock:
            self.number = number
            self.pairs = self.features.pairs()
            self._pca = self.features.pca_colours()
            self._build_scene()
            image = self.features.frame.imgs[0]
            middle = np.array([image.shape[1] / 2, image.shape[0] * 0.65])
            own = np.flatnonzero(
                (self.pairs.view_idx == 0).numpy()
                & self.features.valid_points[self.pairs.point_idx].numpy())
            if len(own) == 0:
                self.pick_pixel(0, tuple(middle))
            else:
                distance = np.linalg.norm(self.pairs.pixel_uv.numpy()[own] - middle, axis=1)
                self.pick_point(int(self.pairs.point_idx[own[distance.argmin()]]))

    def pick_point(self, point: int) -> Picked:
        """Show what resembles a point.

        Args:
            point: row of the frame's points.

        Returns:
            What is shown.

        Raises:
            ValueError: if the point has no feature.
        """
        return self._show(Picked(
            self.features.similarity_to_point(point), point, self._pixels_of(point)))

    def pick_pixel(self, view: int, uv: tuple[float, float], reach: float = 0.02) -> Picked:
        """Show what resembles a pixel.

        Args:
            view: row of the frame's images.
            uv: pixel (column, row).
            reach: the nearest point's pixel belongs to it up to this share of the image's width.

        Returns:
            What is shown.
        """
        own = np.flatnonzero((self.pairs.view_idx == view).numpy())
        distance = np.linalg.norm(self.pairs.pixel_uv.numpy()[own] - np.asarray(uv), axis=1)
        point = None
        if len(own) and distance.min() <= reach * self.features.frame.imgs[view].shape[1]:
            point = int(self.pairs.point_idx[own[distance.argmin()]])
        pixels = {} if point is None else self._pixels_of(point)
        similarity = self.features.similarity_to_pixel(view, uv)
        return self._show(Picked(similarity, point, pixels | {view: tuple(uv)}))

    def click(self, origin: Sequence[float], direction: Sequence[float]) -> Picked | None:
        """Pick what a ray from the eye hits first, a picture or a point.

        Args:
            origin (3 floats): lidar frame, metres.
            direction (3 floats): any length.

        Returns:
            What is shown, or ``None`` if the ray hits nothing.
        """
        start, step = np.asarray(origin, dtype=np.float64), np.asarray(direction, dtype=np.float64)
        step = step / np.linalg.norm(step)
        hits: list[tuple[float, Any]] = [
            (found[0], (view, found[1])) for view, plane in enumerate(self.planes)
            if self._with_images.value and (found := plane.hit(start, step))]
        valid = np.flatnonzero(self.features.valid_points.numpy())
        if found := point_on_ray(self.features.frame.points[valid, :3], start, step):
            hits.append((found[0], int(valid[found[1]])))
        if not hits:
            return None
        target = min(hits, key=lambda hit: hit[0])[1]
        return self.pick_point(target) if isinstance(target, int) else self.pick_pixel(*target)

    def _on_click(self, event: viser.SceneClickEvent) -> None:
        """Answer a click in the browser."""
        with self._lock:
            self.click(event.ray_origin, event.ray_direction)

    def _add_controls(self) -> None:
        """Build the panel at the side."""
        gui = self.server.gui
        gui.configure_theme(dark_mode=True, show_logo=False, control_width='large')
        gui.add_markdown(_HELP)
        self._frame = gui.add_dropdown('Frame', self.titles, initial_value=self.titles[0])
        self._colour = gui.add_dropdown('Colours', COLOURS, initial_value=COLOURS[0])
        self._with_images = gui.add_checkbox('Pictures in the scene', True)
        self._with_pairs = gui.add_checkbox('Pairs', True)
        self._size = gui.add_slider('Distance of the pictures (m)', 1.0, 12.0, 0.5, 5.0)
        self._panels = gui.add_folder('Cameras')
        self._frame.on_update(lambda _: self.show_frame(self.titles.index(self._frame.value)))
        for control in (self._colour, self._with_images, self._with_pairs):
            control.on_update(lambda _: self._refresh())
        self._size.on_update(lambda _: self._rebuild())

    def _rebuild(self) -> None:
        """Move the pictures; the picked place stays."""
        with self._lock:
            self._build_scene()
            self._refresh()

    def _build_scene(self) -> None:
        """Put the frame's cloud, pictures and pairs into the scene."""
        scene, frame = self.server.scene, self.features.frame
        scene.reset()
        scene.set_up_direction('+z')
        self.planes = [
            ImagePlane(cam2img, lidar2cam, image.shape[:2], self._size.value)
            for image, cam2img, lidar2cam in zip(
                frame.imgs, frame.cam2img, frame.lidar2cam, strict=True)]
        forward = self.planes[0].rotation[:, 2]
        self.server.initial_camera.position = tuple(_BACK * forward + (0, 0, _UP))
        self.server.initial_camera.look_at = tuple(_AHEAD * forward)
        grey = np.full((len(frame.points), 3), 128, dtype=np.uint8)
        self.cloud = scene.add_point_cloud(
            '/cloud', frame.points[:, :3], grey, point_size=0.09, point_shape='circle',
            point_shading='flat')
        self.pictures = [self._add_picture(view) for view in range(len(frame.imgs))]
        self.pair_lines = scene.add_line_segments(
            '/pairs', np.zeros((0, 2, 3)), (120, 130, 145), thickness=1.0,
            thickness_units='screen')
        self.ball = scene.add_icosphere('/picked/point', 0.25, _WHITE)
        self.link = scene.add_line_segments(
            '/picked/pair', np.zeros((0, 2, 3)), _WHITE, thickness=3.0, thickness_units='screen')
        self._panels.remove()
        self._panels = self.server.gui.add_folder('Cameras')
        with self._panels:
            self.panels = [self.server.gui.add_image(image, label=name)
                           for image, name in zip(frame.imgs, frame.view_names, strict=True)]

    def _add_picture(self, view: int) -> viser.ImageHandle:
        """Put one picture with the outline of its camera into the scene."""
        plane, image = self.planes[view], self.features.frame.imgs[view]
        corners = plane.corners
        edges = [*zip([plane.origin] * 4, corners, strict=True),
                 *zip(corners, np.roll(corners, -1, axis=0), strict=True)]
        self.server.scene.add_line_segments(
            f'/cameras/{view}/outline', np.array(edges), (90, 100, 120), thickness=1.5,
            thickness_units='screen')
        rotation = self._transforms.SO3.from_matrix(plane.rotation).wxyz
        return self.server.scene.add_image(
            f'/cameras/{view}/image', image, *plane.size, wxyz=rotation, position=plane.centre,
            cast_shadow=False, receive_shadow=False)

    def _pair_segments(self) -> np.ndarray:
        """(P, 2, 3) float: some lines from pixels of the picked pictures to their points."""
        picked = np.flatnonzero(np.isin(self.pairs.view_idx.numpy(), list(self.picked.pixels)))
        some = self.pairs.select(torch.from_numpy(
            picked[::max(1, -(-len(picked) // _MAX_PAIRS))]))
        points = self.features.frame.points[some.point_idx.numpy(), :3]
        starts = np.zeros((len(some), 3))
        for view, plane in enumerate(self.planes):
            own = (some.view_idx == view).numpy()
            starts[own] = plane.to_scene(some.pixel_uv.numpy()[own])
        return np.stack([starts, points], axis=1)

    def _pixels_of(self, point: int) -> dict[int, tuple[float, float]]:
        """Find where a point is seen."""
        own = np.flatnonzero((self.pairs.point_idx == point).numpy())
        return {int(self.pairs.view_idx[row]): tuple(self.pairs.pixel_uv[row].tolist())
                for row in own}

    def _show(self, picked: Picked) -> Picked:
        """Show what was picked."""
        with self._lock:
            self.picked = picked
            self._refresh()
        return picked

    def _refresh(self) -> None:
        """Bring colours, marks and visibility up to date."""
        with self._lock, self.server.atomic():
            self.cloud.colors = self._point_colours()
            for view, image in enumerate(self.features.frame.imgs):
                shown = self._picture(view, image)
                self.pictures[view].image = shown
                self.panels[view].image = shown
                self.pictures[view].visible = self._with_images.value
            self.pair_lines.points = self._pair_segments().astype(np.float32)
            self.pair_lines.visible = self._with_pairs.value
            point = self.picked.point
            self.ball.visible = self.link.visible = point is not None
            if point is not None:
                place = self.features.frame.points[point, :3]
                self.ball.position = place
                self.link.points = np.array([
                    [self.planes[view].origin, place] for view in self.picked.pixels],
                    dtype=np.float32).reshape(-1, 2, 3)

    def _point_colours(self) -> np.ndarray:
        """(N, 3) uint8: as the panel asks."""
        if self._colour.value == 'similarity':
            return colour_similarity(self.picked.similarity.points.numpy())
        if self._colour.value == 'height':
            return colour_values(self.features.frame.points[:, 2], *_HEIGHTS)
        return np.rint(255 * self._pca[1]).astype(np.uint8)

    def _picture(self, view: int, image: np.ndarray) -> np.ndarray:
        """(H, W, 3) uint8: a picture as the panel asks, with the picked place marked."""
        if self._colour.value == 'similarity':
            image = blend_similarity(
                image, self.features.enlarge(self.picked.similarity.maps, view))
        elif self._colour.value == COLOURS[1]:
            rows = np.arange(image.shape[0]) * self._pca[0].shape[1] // image.shape[0]
            columns = np.arange(image.shape[1]) * self._pca[0].shape[2] // image.shape[1]
            image = np.rint(255 * self._pca[0][view][rows][:, columns]).astype(np.uint8)
        pixel = self.picked.pixels.get(view)
        return image if pixel is None else mark_pixel(image, pixel)
