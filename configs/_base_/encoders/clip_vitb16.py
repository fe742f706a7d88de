# OpenAI's TorchScript archive. The CLIP code has no other input size than 224x224; 'plain' is the
# resize that transformers and mmpretrain added.
encoder = dict(arch='vit_base_patch16_clip_quickgelu_224', pos_embed_resize='plain')
encoder_checkpoint = 'checkpoints/ViT-B-16.pt'
encoder_width = 768
image_statistics = dict(
    mean=(122.7709383, 116.7460125, 104.09373615), std=(68.5005327, 66.6321579, 70.32316305))
