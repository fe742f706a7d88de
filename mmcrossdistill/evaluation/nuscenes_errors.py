"""The errors of nuScenes' detection scores."""
from __future__ import annotations

# Key in the devkit's summary to the name of its mean over classes.
MEAN_ERRORS = dict(trans_err='mATE', scale_err='mASE', orient_err='mAOE', vel_err='mAVE',
                   attr_err='mAAE')
