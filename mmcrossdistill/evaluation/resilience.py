"""How well a network bears corruptions, in Robo3D's two numbers."""
from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mmcrossdistill.utils.config_check import ConfigError


@dataclass(frozen=True)
class Baseline:
    """A network that others are measured by.

    Args:
        title: its name.
        mious: mean over severities of its mIoU (%) under each corruption.
    """

    title: str
    mious: Mapping[str, float]

    def check(self, corruptions: Collection[str]) -> None:
        """Insist on the corruptions that this network was tested under.

        Args:
            corruptions: names.

        Raises:
            ConfigError: if there are others, or fewer.
        """
        if set(corruptions) != set(self.mious):
            raise ConfigError(
                f'{self.title} was tested under {sorted(self.mious)}, not under '
                f'{sorted(corruptions)}; test under the same, or leave --baseline out')


# MinkUNet18 of Robo3D (Kong et al., ICCV 2023), its results on nuScenes-C.
BASELINES = {'nuscenes-c': Baseline('MinkUNet18 of Robo3D', dict(
    fog=53.64, wet_ground=73.91, snow=40.35, motion_blur=73.39, beam_missing=68.54,
    crosstalk=26.58, incomplete_echo=63.83, cross_sensor=50.95))}


@dataclass(frozen=True)
class Scores:
    """Scores of one network, in percent.

    Args:
        rates: resilience rate RR under each corruption.
        errors: corruption error CE under each corruption, ``None`` without a baseline.
    """

    rates: Mapping[str, float]
    errors: Mapping[str, float] | None

    @property
    def mean_rate(self) -> float:
        """Get mRR."""
        return float(np.mean(list(self.rates.values())))

    @property
    def mean_error(self) -> float | None:
        """Get mCE."""
        return None if self.errors is None else float(np.mean(list(self.errors.values())))


def score(mious: Mapping[str, Sequence[float]], clean: float,
          baseline: Baseline | None = None) -> Scores:
    """Score a network.

    With means over severities, RR = mIoU / clean mIoU and CE = (100 - mIoU) / (100 - mIoU of the
    baseline).
    Source: Robo3D (Kong et al., ICCV 2023); its sums over severities have equally many terms.

    Args:
        mious: mIoU (%) of each severity, by corruption.
        clean: mIoU (%) of the clean data.
        baseline: that errors are measured by.

    Returns:
        The scores.

    Raises:
        ConfigError: if the baseline has not the same corruptions.
    """
    means = {name: float(np.mean(values)) for name, values in mious.items()}
    rates = {name: 100 * mean / clean if clean else float('nan') for name, mean in means.items()}
    if baseline is None:
        return Scores(rates, None)
    baseline.check(means)
    return Scores(rates, {
        name: 100 * (100 - mean) / (100 - baseline.mious[name]) for name, mean in means.items()})
