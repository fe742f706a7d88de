from mmengine.dataset import DefaultSampler
from mmengine.optim import OptimWrapper
from torch.optim import SGD

from tests.data.toy_module import ToyLine, ToyModel

default_scope = 'mmcrossdistill'
model = dict(type=ToyModel, bias=False)
train_dataloader = dict(
    batch_size=2, num_workers=0, dataset=dict(type=ToyLine, length=4),
    sampler=dict(type=DefaultSampler, shuffle=False))
train_cfg = dict(by_epoch=True, max_epochs=1)
optim_wrapper = dict(type=OptimWrapper, optimizer=dict(type=SGD, lr=0.1))
