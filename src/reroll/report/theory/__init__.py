"""What needs the checkpoints: tilt by exact log-ratios, the forecast, and both kept beside a run."""
