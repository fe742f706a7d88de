"""TorchScript archives are read without running what they hold."""
from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from mmcrossdistill.models.backbones import ViT
from mmcrossdistill.models.backbones.script_archive import is_script_archive, read_script_archive
from mmcrossdistill.models.backbones.weights import read_state_dict


class Scripted(nn.Module):
    """Parameters, buffers of several kinds, lists and constants, as traced networks have them."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4))
        self.visual = nn.Linear(4, 2, bias=False).half()
        self.register_buffer('mask', torch.tensor([True, False]))
        self.transposed = nn.Parameter(torch.arange(6.0).view(2, 3).T)
        self.resolution = 224
        self.scales = [1.0, 2.0]

    def forward(self, x: Tensor) -> Tensor:
        """Any computation."""
        return self.blocks(x) * self.scales[0]


class Part(nn.Module):
    """A module to which a test gives its parts; TorchScript asks for a method."""

    def forward(self, x: Tensor) -> Tensor:
        """Nothing."""
        return x


@pytest.fixture
def archive(tmp_path: Path) -> tuple[Path, Scripted]:
    """An archive and the module it was made from."""
    module = Scripted().eval()
    torch.jit.save(torch.jit.script(module), tmp_path / 'net.pt')
    return tmp_path / 'net.pt', module


def rewrite(path: Path, part: str, content: bytes | None = None) -> None:
    """Replace or remove the records of an archive that have a part in their name."""
    with zipfile.ZipFile(path) as old:
        records = {name: old.read(name) for name in old.namelist()}
    assert any(part in name for name in records)
    with zipfile.ZipFile(path, 'w') as new:
        for name, stored in records.items():
            if part not in name:
                new.writestr(name, stored)
            elif content is not None:
                new.writestr(name, content)


def test_all_tensors_are_read(archive: tuple[Path, Scripted]) -> None:
    path, module = archive
    found, wanted = read_script_archive(path), module.state_dict()
    assert found.keys() == wanted.keys()
    for name, value in wanted.items():
        assert found[name].dtype == value.dtype and found[name].equal(value)
    assert read_state_dict(path).keys() == wanted.keys()


def test_the_code_is_not_needed(archive: tuple[Path, Scripted]) -> None:
    path, module = archive
    rewrite(path, '/code/')
    with pytest.raises(RuntimeError):
        torch.jit.load(path)
    assert read_script_archive(path)['blocks.0.weight'].equal(module.blocks[0].weight)


@pytest.mark.parametrize(('pickled', 'message'), [
    (b"cos\nsystem\n(S'true'\ntR.", 'asks for os.system'),
    (b"cbuiltins\neval\n(S'1'\ntR.", 'asks for builtins.eval'),
    (b'ctorch\nload\n.', 'asks for torch.load'),
    # A view beyond the end of its storage.
    (b'ctorch._utils\n_rebuild_tensor_v2\n((Vstorage\nctorch\nFloatStorage\nV0\nVcpu\nI4\ntQ'
     b'I0\n(I99999\nt(I1\ntI00\nNtR.', 'out of bounds'),
    (b'', 'refused'),
])
def test_a_forged_archive_is_refused(
    archive: tuple[Path, Scripted], pickled: bytes, message: str
) -> None:
    path, _ = archive
    rewrite(path, '/data.pkl', pickled)
    with pytest.raises(ValueError, match=message):
        read_script_archive(path)


def test_a_missing_record_is_an_error(archive: tuple[Path, Scripted]) -> None:
    path, _ = archive
    rewrite(path, '/data/0')
    with pytest.raises(ValueError, match=r'net\.pt was refused.*data/0'):
        read_script_archive(path)


def test_files_of_torch_save_are_no_archives(tmp_path: Path) -> None:
    torch.save({'a': torch.ones(1)}, tmp_path / 'plain.pth')
    buffer = io.BytesIO()
    torch.save({'a': torch.ones(1)}, buffer, _use_new_zipfile_serialization=False)
    (tmp_path / 'old.pth').write_bytes(buffer.getvalue())
    assert not is_script_archive(tmp_path / 'plain.pth')
    assert not is_script_archive(tmp_path / 'old.pth')


@torch.no_grad()
def test_clip_archive_in_half_precision(tmp_path: Path) -> None:
    arch, thin = 'vit_base_patch16_clip_quickgelu_224', dict(depth=1, embed_dim=64, num_heads=1)
    source = ViT(arch, arch_overrides=thin)
    source.half().float()
    visual = Part()
    visual.class_embedding = nn.Parameter(source.model.cls_token[0, 0])
    visual.positional_embedding = nn.Parameter(source.model.pos_embed[0])
    visual.proj = nn.Parameter(torch.zeros(64, 32))
    visual.conv1, visual.ln_pre = source.model.patch_embed.proj, source.model.norm_pre
    visual.ln_post = source.model.norm
    block, ours = Part(), source.model.blocks[0]
    block.attn = nn.MultiheadAttention(64, 1)
    block.attn.in_proj_weight, block.attn.in_proj_bias = ours.attn.qkv.weight, ours.attn.qkv.bias
    block.attn.out_proj.load_state_dict(ours.attn.proj.state_dict())
    block.ln_1, block.ln_2 = ours.norm1, ours.norm2
    block.mlp = Part()
    block.mlp.c_fc, block.mlp.c_proj = ours.mlp.fc1, ours.mlp.fc2
    visual.transformer = Part()
    visual.transformer.resblocks = nn.Sequential(block)
    clip = Part()
    clip.visual, clip.logit_scale = visual, nn.Parameter(torch.ones(()))
    clip.transformer, clip.token_embedding = nn.Linear(2, 2), nn.Embedding(4, 2)
    torch.jit.save(torch.jit.script(clip.half()), tmp_path / 'ViT-B-16.pt')
    source.float()
    loaded = ViT(arch, str(tmp_path / 'ViT-B-16.pt'), arch_overrides=thin)
    for name, value in source.state_dict().items():
        assert loaded.state_dict()[name].equal(value), name
