"""Tiny models of random weights, as transformers saves them."""
from __future__ import annotations

from pathlib import Path

import pytest
import torch

from mmcrossdistill.preprocessing.weak_labels.class_sets import GROUNDED_SAM
from mmcrossdistill.utils.optional import require


def _strengthen(model: torch.nn.Module, std: float) -> None:
    """Make random weights so strong that the answers differ."""
    for weight in model.parameters():
        if weight.dim() > 1:
            torch.nn.init.normal_(weight, std=std)


@pytest.fixture(scope='session')
def detector(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Grounding DINO that knows the words of the prompts."""
    hub = require('transformers', extra='sam')
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp('grounding_dino')
    words = sorted({word for prompt in GROUNDED_SAM for word in prompt.split()})
    # The model takes the ids of BERT's special tokens and full stop for granted.
    vocabulary = [f'[unused{number}]' for number in range(1040)]
    vocabulary[0], vocabulary[100:104] = '[PAD]', ['[UNK]', '[CLS]', '[SEP]', '[MASK]']
    vocabulary[1012], vocabulary[1029] = '.', '?'
    vocabulary[1:1 + len(words)] = words
    (folder / 'vocab.txt').write_text('\n'.join(vocabulary))
    hub.BertTokenizer(vocab=str(folder / 'vocab.txt')).save_pretrained(folder)
    model = hub.GroundingDinoForObjectDetection(hub.GroundingDinoConfig(
        backbone_config=hub.SwinConfig(
            image_size=32, patch_size=4, embed_dim=8, depths=[1, 1, 1, 1], num_heads=[1, 1, 2, 2],
            window_size=2, out_indices=[2, 3, 4]),
        text_config=hub.BertConfig(
            vocab_size=len(vocabulary), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
            intermediate_size=16),
        d_model=32, num_queries=12, encoder_layers=1, decoder_layers=2, encoder_ffn_dim=16,
        decoder_ffn_dim=16, encoder_attention_heads=2, decoder_attention_heads=2,
        max_text_len=64))
    _strengthen(model, 0.3)
    model.save_pretrained(folder)
    hub.GroundingDinoImageProcessor(
        size=dict(shortest_edge=64, longest_edge=128)).save_pretrained(folder)
    return folder


@pytest.fixture(scope='session', params=['sam', 'sam_hq'])
def checkpoint(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SAM, and a SAM-HQ."""
    hub = require('transformers', extra='sam')
    torch.manual_seed(1)
    kind = {'sam': 'Sam', 'sam_hq': 'SamHQ'}[request.param]
    model = getattr(hub, f'{kind}Model')(getattr(hub, f'{kind}Config')(
        vision_config=dict(
            hidden_size=16, num_hidden_layers=2, num_attention_heads=2, image_size=32, patch_size=4,
            window_size=4, global_attn_indexes=[0], output_channels=16, mlp_dim=16,
            num_pos_feats=8),
        prompt_encoder_config=dict(
            hidden_size=16, image_size=32, patch_size=4, mask_input_channels=4),
        mask_decoder_config=dict(
            hidden_size=16, mlp_dim=16, num_hidden_layers=1, num_attention_heads=2,
            iou_head_hidden_dim=16, iou_head_depth=2,
            **({'vit_dim': 16} if kind == 'SamHQ' else {}))))
    _strengthen(model, 1.0)
    folder = tmp_path_factory.mktemp(request.param)
    model.save_pretrained(folder)
    hub.SamImageProcessor(
        size=dict(longest_edge=32), pad_size=dict(height=32, width=32)).save_pretrained(folder)
    return folder
