_base_ = './st_slidr_minkunet34.py'

# SLidR in ST-SLidR's setting, the row that it compares with.
model = dict(head=dict(tolerance=None))
