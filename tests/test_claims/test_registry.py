"""What holds for the claims of all papers."""
from __future__ import annotations

import pytest

from mmcrossdistill.claims.papers.registry import CLAIMS, NETWORK_OF, RECIPES


def test_ids_are_unique_and_networks_are_those_of_runs():
    assert len({claim.id for claim in CLAIMS}) == len(CLAIMS)
    assert set(NETWORK_OF) <= set(RECIPES)


@pytest.mark.parametrize('claim', [claim for claim in CLAIMS if claim.paper is not None],
                         ids=lambda claim: claim.id)
def test_the_paper_bears_its_own_claim_out(claim):
    worse, better = claim.paper
    assert claim.sign * (better - worse) > 0
