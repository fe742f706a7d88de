_base_ = './st_slidr_minkunet34.py'

model = dict(head=dict(tolerance=dict(with_balance=False)))
