"""The codebook against loops, Eq. 14, and itself on two processes."""
from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from mmcrossdistill.models.layers.codebook import (
    IMAGE,
    JOINT,
    LIDAR,
    UNUSED,
    Codebook,
    nearest_codes,
)
from mmcrossdistill.testing.dist import run_distributed


def features(count: int, channels: int = 6, seed: int = 0) -> Tensor:
    """Unit rows."""
    generator = torch.Generator().manual_seed(seed)
    return F.normalize(torch.randn(count, channels, generator=generator), dim=1)


def step(codebook: Codebook, image: Tensor, lidar: Tensor) -> None:
    """Assign both sides and update."""
    codebook.update(*((rows, codebook.assign(rows)) for rows in (image, lidar)))


@pytest.mark.parametrize('count', [0, 1, 700])
def test_the_nearest_code_is_that_of_all_distances(count: int, monkeypatch) -> None:
    monkeypatch.setattr(
        'mmcrossdistill.models.layers.codebook._PIECE_SCORES', {'cpu': 50 * 40})
    rows, codes = torch.randn(count, 6), torch.randn(40, 6) * torch.rand(40, 1)
    found = nearest_codes(rows, codes)
    assert found.dtype == torch.int64
    assert torch.equal(found, torch.cdist(rows.double(), codes.double()).argmin(1))


def test_quantising_gives_codes_and_the_features_gradient() -> None:
    codebook = Codebook(5, 6)
    rows = features(9).requires_grad_()
    codes = codebook.quantize(rows)
    torch.testing.assert_close(codes, codebook.codes[codebook.assign(rows)])
    weight = torch.randn(9, 6)
    (codes * weight).sum().backward()
    torch.testing.assert_close(rows.grad, weight)


def test_sums_and_counts_follow_their_definition() -> None:
    codebook, decay = Codebook(4, 6, decay=0.9), 0.9
    sums, counts = torch.zeros(4, 6), torch.zeros(2, 4)
    for seed in range(3):
        image, lidar, before = features(30, seed=seed), features(20, seed=9 + seed), \
            codebook.codes.clone()
        index = [codebook.assign(rows) for rows in (image, lidar)]
        codebook.update((image, index[0]), (lidar, index[1]))
        for code in range(4):
            new_sum, new = torch.zeros(6), 0
            for modality, rows in enumerate((image, lidar)):
                own = rows[index[modality] == code]
                counts[modality, code] = decay * counts[modality, code] + (1 - decay) * len(own)
                new_sum, new = new_sum + own.sum(0), new + len(own)
            sums[code] = decay * sums[code] + (1 - decay) * new_sum
            expected = sums[code] / counts[:, code].sum() if new else before[code]
            torch.testing.assert_close(codebook.codes[code], expected)
    torch.testing.assert_close(codebook.counts, counts)


def test_with_constant_counts_it_is_the_papers_average_of_means() -> None:
    codebook = Codebook(1, 6, decay=0.8)
    paper = codebook.codes.clone()
    codebook.counts[:] = torch.tensor([[12.0], [8.0]])
    codebook.sums[:] = 20 * codebook.codes
    for seed in range(4):
        image, lidar = features(12, seed=seed), features(8, seed=50 + seed)
        step(codebook, image, lidar)
        paper = 0.8 * paper + 0.2 / 20 * (image.sum(0) + lidar.sum(0))
        torch.testing.assert_close(codebook.codes, paper)


def test_one_update_decays_once() -> None:
    codebook = Codebook(1, 6, decay=0.999)
    codebook.counts.fill_(100.0)
    step(codebook, features(0), features(0))
    torch.testing.assert_close(codebook.counts, torch.full((2, 1), 99.9))


def test_unused_codes_stay_and_are_revived_where_asked() -> None:
    torch.manual_seed(0)
    rows = features(50)
    for revive_after in (None, 3):
        codebook = Codebook(6, 6, revive_after=revive_after)
        codebook.codes[:2] = 10.0  # never the nearest
        start = codebook.codes.clone()
        for update in range(1, 5):
            step(codebook, rows, rows)
            assert torch.equal(codebook.codes[:2], start[:2]) == (
                revive_after is None or update < 4)
        if revive_after is None:
            assert codebook.idle[:2].tolist() == [4, 4]
            continue
        most_used = codebook.counts.sum(0).topk(2).indices
        gap = (codebook.codes[:2] - codebook.codes[most_used]).norm(dim=1)
        assert (gap > 0).all() and (gap < 2e-3).all()
        assert codebook.idle[:2].tolist() == [0, 0] and not codebook.counts[:, :2].any()


def test_normalised_codes_have_norm_one() -> None:
    codebook = Codebook(4, 6, normalize=True)
    step(codebook, features(30), features(30, seed=1))
    torch.testing.assert_close(codebook.codes.norm(dim=1), torch.ones(4))
    plain = Codebook(4, 6)
    step(plain, features(30), features(30, seed=1))
    assert (plain.codes.norm(dim=1) < 0.99).any()


def test_usage_tells_modalities_apart() -> None:
    codebook = Codebook(5, 6)
    codebook.counts[IMAGE] = torch.tensor([5.0, 0.0, 9.0, 1e-9, 0.0])
    codebook.counts[LIDAR] = torch.tensor([5.0, 4.0, 0.5, 0.0, 0.0])
    assert codebook.users().tolist() == [JOINT, LIDAR, IMAGE, UNUSED, UNUSED]
    usage = codebook.usage()
    assert usage['codebook/used'].item() == pytest.approx(3 / 5)
    assert usage['codebook/joint'].item() == pytest.approx(1 / 3)
    assert Codebook(5, 6).usage()['codebook/joint'].item() == 0


def test_autocast_changes_nothing() -> None:
    rows = features(200, 64)
    plain = Codebook(16, 64)
    inside = Codebook(16, 64)
    inside.load_state_dict(plain.state_dict())
    with torch.autocast('cpu', dtype=torch.bfloat16):
        step(inside, rows, rows)
        assert inside.quantize(rows).dtype == torch.float32
    step(plain, rows, rows)
    torch.testing.assert_close(inside.codes, plain.codes)


def test_bad_settings_are_refused() -> None:
    for kwargs in (dict(num_codes=0), dict(decay=1.0), dict(joint_share=0.6)):
        with pytest.raises(ValueError, match='Codebook needs'):
            Codebook(**kwargs)
    with pytest.raises(ValueError, match='revive_after'):
        Codebook(revive_after=0)
    with pytest.raises(ValueError, match='codebook.channels'):
        Codebook(4, 6).assign(torch.zeros(2, 5))


def updated(rows: slice) -> dict[str, Tensor]:
    """Two steps of some rows."""
    torch.manual_seed(3)
    codebook = Codebook(7, 6, decay=0.5, revive_after=1)
    for seed in range(2):
        step(codebook, features(20, seed=seed)[rows], features(20, seed=5 + seed)[rows])
    return codebook.state_dict()


def one_rank(rank: int, world_size: int, first: int) -> dict[str, Tensor]:
    """The part of one rank of two."""
    return updated(slice(0, first) if rank == 0 else slice(first, None))


@pytest.mark.parametrize('first', [13, 20])  # uneven ranks, a rank without pairs
def test_two_processes_equal_one(first: int) -> None:
    one = updated(slice(None))
    for state in run_distributed(one_rank, args=(first,)):
        for name, value in one.items():
            torch.testing.assert_close(state[name], value, msg=name)
