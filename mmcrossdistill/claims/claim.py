"""What a claim is: two measured quantities, and which of them should be better."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple


class Term(NamedTuple):
    """One metric of one run, times a factor.

    Args:
        recipe: name of the run.
        metric: key of the metric, see ``measure.read_metric``.
        factor: of the metric in the sum.
    """

    recipe: str
    metric: str
    factor: float = 1.0


@dataclass(frozen=True)
class Quantity:
    """One side of a claim: a sum of metrics.

    Args:
        label: what it is, for people.
        terms: of the sum.
    """

    label: str
    terms: tuple[Term, ...]

    def total(self, read: Callable[[Term], float]) -> float:
        """Sum the terms.

        Args:
            read: gives the metric of a term.
        """
        return sum(term.factor * read(term) for term in self.terms)


@dataclass(frozen=True)
class Claim:
    """A sentence of a paper that can be measured.

    Args:
        id: unique; parts of one claim share the beginning, as ``CD-08-seg`` and ``CD-08-depth``.
        table: of the paper.
        text: the claim in our words.
        worse: quantity A; ``None`` where the claim cannot be measured on MiniDrive.
        better: quantity B, which the claim says is better than A.
        metric: name of both quantities with their unit.
        lower_is_better: as of an error.
        paper: the paper's values of A and B; ``None`` where it gives none.
        note: what differs from the paper, or why nothing is measured.
        extra: measured only if its id is named: too long for the ledger's four hours.
    """

    id: str
    table: str
    text: str
    worse: Quantity | None = None
    better: Quantity | None = None
    metric: str = ''
    lower_is_better: bool = False
    paper: tuple[float, float] | None = None
    note: str = ''
    extra: bool = False

    @property
    def recipes(self) -> tuple[str, ...]:
        """Names of the runs that it reads, each once."""
        sides = [side for side in (self.worse, self.better) if side is not None]
        return tuple(dict.fromkeys(term.recipe for side in sides for term in side.terms))

    @property
    def sign(self) -> int:
        """Sign that B - A has if the claim holds."""
        return -1 if self.lower_is_better else 1
