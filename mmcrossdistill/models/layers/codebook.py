"""A codebook that images and point clouds share."""
from __future__ import annotations

import torch
import torch.nn.functional as F
from mmengine.dist import all_reduce, get_world_size
from torch import Tensor, nn

from mmcrossdistill.registry import MODELS

from .scatter import group_sizes, scatter_sum

# Rows of ``Codebook.counts``; with the others, what :meth:`Codebook.users` gives.
IMAGE, LIDAR, JOINT, UNUSED = 0, 1, 2, -1
# Scores made at a time: 1 MiB stays in a core's second-level cache; a GPU wants more at once.
_PIECE_SCORES = {'cpu': 2 ** 18}
_PIECE_SCORES_ELSEWHERE = 2 ** 26
# A code counts as used as long as one feature of the past outweighs this share of a new one.
_LEAST_USE = 0.01
# How far a revived code lies from the one that it copies: the published code's 1 / 1024.
_REVIVAL_SHIFT = 2.0 ** -10


@torch.no_grad()
def nearest_codes(rows: Tensor, codes: Tensor) -> Tensor:
    """Find the code nearest to each row.

    The order of the distances to the codes e is that of |e|^2 / 2 - <x, e>: one matrix product,
    piece by piece, so that no matrix of all rows and codes exists.
    Source: CMCR Eq. 13.

    Args:
        rows ((N, C) float): features.
        codes ((V, C) float): the codes.

    Returns:
        (N,) int64: a row of ``codes`` each; of equally near ones the first.
    """
    with torch.autocast(rows.device.type, enabled=False):
        codes = codes.float()
        half_norms = codes.square().sum(dim=1) / -2
        transposed = codes.T.contiguous()
        height = max(
            1, _PIECE_SCORES.get(rows.device.type, _PIECE_SCORES_ELSEWHERE) // len(codes))
        return torch.cat([
            torch.addmm(half_norms, piece.float(), transposed).argmax(dim=1)
            for piece in rows.split(height)])


@MODELS.register_module()
class Codebook(nn.Module):
    """Codes for the features of both modalities, which follow moving averages, not gradients.

    A code is the ratio of two moving averages: of the sum of the features assigned to it, and of
    their number. With constant numbers this is the moving average of the means that CMCR's Eq. 14
    writes; else each feature of the past counts once, not each step. There is one update per step,
    with both modalities and all processes together, so ``decay`` is the decay per step.
    The released code updates twice per step, first by points, then by pixels: its 0.999 acts as
    0.998 here. A code that nobody uses in a step stays where it is.
    Source: CMCR (Zhang and Hou, IJCV 2025) 4.2, after VQ-VAE (van den Oord et al. 2017) A.1.

    Args:
        num_codes (> 0): V.
        channels (> 0): C, width of the features.
        decay ([0, 1)): of the moving averages, per step.
        normalize: whether codes get norm 1 after each update, as in the released code; the paper
            does not say so.
        revive_after (> 0): steps without use after which a code takes the place of one of the most
            used ones, which then share its features; ``None``: never. The released code has such
            a rule (300 steps), commented out.
        joint_share ((0, 0.5]): a code counts as jointly used where each modality has at least this
            share in its use.

    Raises:
        ValueError: if a setting is out of range.
    """

    codes: Tensor
    sums: Tensor
    counts: Tensor
    idle: Tensor

    def __init__(self, num_codes: int = 512, channels: int = 64, decay: float = 0.999,
                 normalize: bool = False, revive_after: int | None = None,
                 joint_share: float = 0.1) -> None:
        super().__init__()
        if num_codes < 1 or channels < 1 or not 0 <= decay < 1 or not 0 < joint_share <= 0.5:
            raise ValueError(
                'Codebook needs num_codes >= 1, channels >= 1, decay in [0, 1) and joint_share in '
                f'(0, 0.5], got {num_codes}, {channels}, {decay} and {joint_share}')
        if revive_after is not None and revive_after < 1:
            raise ValueError(f'revive_after must be positive or None, got {revive_after}')
        self.decay = decay
        self.normalize = normalize
        self.revive_after = revive_after
        self.joint_share = joint_share
        self.register_buffer('codes', F.normalize(torch.rand(num_codes, channels) * 2 - 1, dim=1))
        self.register_buffer('sums', torch.zeros(num_codes, channels))
        # Moving averages of how many image and point features a code has, and steps without any.
        self.register_buffer('counts', torch.zeros(2, num_codes))
        self.register_buffer('idle', torch.zeros(num_codes, dtype=torch.int64))

    def assign(self, rows: Tensor) -> Tensor:
        """Find the code of each feature.

        Args:
            rows ((N, C) float): features.

        Returns:
            (N,) int64: nearest codes.

        Raises:
            ValueError: if the features have another width.
        """
        if rows.shape[1] != self.codes.shape[1]:
            raise ValueError(
                f'the codes are {self.codes.shape[1]} wide, the features {rows.shape[1]}: set '
                'codebook.channels to the out_channels of the projectors')
        return nearest_codes(rows, self.codes)

    def read(self, index: Tensor) -> Tensor:
        """Give the codes of an assignment.

        Args:
            index ((N,) int64): codes.

        Returns:
            (N, C) float32: without gradient; later updates leave them as they are.
        """
        return self.codes.index_select(0, index)

    def quantize(self, rows: Tensor) -> Tensor:
        """Replace features by their codes, with the gradient of the features.

        Source: CMCR Eq. 12.

        Args:
            rows ((N, C) float): features.

        Returns:
            (N, C) float32: codes.
        """
        rows = rows.float()
        return rows + (self.read(self.assign(rows)) - rows).detach()

    @torch.no_grad()
    def update(self, image: tuple[Tensor, Tensor], lidar: tuple[Tensor, Tensor]) -> None:
        """Move the codes; every process takes part, also without features.

        Source: CMCR Eq. 14 by sums and counts, see the class.

        Args:
            image ((M, C) float, (M,) int64): image features and their codes.
            lidar ((N, C) float, (N,) int64): point features and their codes.
        """
        num_codes = len(self.codes)
        with torch.autocast(self.codes.device.type, enabled=False):
            counts = torch.stack([group_sizes(index, num_codes) for _, index in (image, lidar)])
            sums = sum(scatter_sum(rows, index, num_codes) for rows, index in (image, lidar))
            # One message instead of two.
            packed = torch.cat([sums, counts.T], dim=1)
            if get_world_size() > 1:
                all_reduce(packed)
            counts, sums = packed[:, -2:].T, packed[:, :-2]
            self.counts.lerp_(counts, 1 - self.decay)
            self.sums.lerp_(sums, 1 - self.decay)
            used = counts.sum(dim=0) > 0
            total = self.counts.sum(dim=0).clamp_min(torch.finfo(torch.float32).tiny)
            moved = self.sums / total[:, None]
            if self.normalize:
                moved = F.normalize(moved, dim=1)
            self.codes.copy_(torch.where(used[:, None], moved, self.codes))
            self.idle.copy_(torch.where(used, 0, self.idle + 1))
            if self.revive_after is not None:
                self._revive(self.idle > self.revive_after)

    def _revive(self, dead: Tensor) -> None:
        """Put dead codes beside the most used ones, one beside each.

        The shift is made of the copied code itself, not of random numbers, which the processes
        would have to share.

        Args:
            dead ((V,) bool): codes to move.
        """
        order = self.counts.sum(dim=0).argsort(descending=True, stable=True)
        place = (dead.cumsum(dim=0) - 1).clamp_min(0)
        copied = self.codes.index_select(0, order.index_select(0, place))
        copied = copied + _REVIVAL_SHIFT * copied.roll(1, dims=1)
        self.codes.copy_(torch.where(dead[:, None], copied, self.codes))
        self.sums.masked_fill_(dead[:, None], 0)
        self.counts.masked_fill_(dead, 0)
        self.idle.masked_fill_(dead, 0)

    @torch.no_grad()
    def usage(self) -> dict[str, Tensor]:
        """Tell how the codes are used.

        Returns:
            Shares, () float32: ``codebook/used``, of the codes that have features, by the moving
            averages; ``codebook/joint``, of those among them that both modalities use. Named as
            the metrics of a validation, so that both are read from the log alike.
        """
        users = self.users()
        used = (users != UNUSED).sum()
        return {'codebook/used': used / len(users),
                'codebook/joint': (users == JOINT).sum() / used.clamp_min(1)}

    @torch.no_grad()
    def users(self) -> Tensor:
        """Tell which modality uses each code.

        Source: the colours of CMCR's Fig. 6, for which the paper gives no rule.

        Returns:
            (V,) int64: ``IMAGE`` or ``LIDAR``, ``JOINT`` for both, or ``UNUSED``.
        """
        total = self.counts.sum(dim=0)
        users = self.counts.argmax(dim=0)
        joint = self.counts.amin(dim=0) >= self.joint_share * total
        used = total > _LEAST_USE * (1 - self.decay)
        return users.where(~joint, JOINT).where(used, UNUSED)
