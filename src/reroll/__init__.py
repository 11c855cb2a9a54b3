"""reroll measures whether further repair attempts still buy new fixes after training."""

__version__ = "0.1.0"
