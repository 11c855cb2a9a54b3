"""Bugs × checkpoints × attempts: the experiment, its loop, and what happens to each attempt."""
