"""What the user of the ledger chose."""
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class RunOptions:
    """What the user chose.

    Args:
        work_dir: results; relative to the repository or absolute.
        data: root of the world.
        ids: of the claims, or the beginnings of ids; empty for all.
        quick: tiny world and one epoch each, to try the chain and not the claims.
        seeds (>= 1): repetitions of all trainings, with consecutive seeds.
        seed: of the world and of the first repetition.
        skip: first repetitions that are left out, because another run makes them.
        amp: train in mixed precision.
        workers (>= 1): processes that render the world.
        jobs (>= 1): steps that run at a time where they do not need each other.
    """

    work_dir: Path
    data: Path
    ids: tuple[str, ...] = ()
    quick: bool = False
    seeds: int = 3
    seed: int = 0
    workers: int = 2
    jobs: int = 2
    skip: int = 0
    amp: bool = False

    @property
    def all_seeds(self) -> range:
        """The seeds of the repetitions that this run makes."""
        return range(self.seed + self.skip, self.seed + self.seeds)
