"""The lab: bugs by the thousand, checkpoints trained on them in minutes, and a forecast that needs no
training.

`forge` and `paths` make suites by seed; `train` makes the checkpoints of every arm in `arms/`; `forecast`
predicts from a base alone what self-distillation will do to its retries. Skew and echo are planted by the
training data, so the lab demonstrates and calibrates the instrument; docs/lab.md says what follows from that.
"""
