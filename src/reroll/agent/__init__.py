"""How a repair is asked for: agents as folders, their prompts, their loops."""

from reroll.agent.load import describe, load, names
from reroll.agent.prompt import Prompter, Turn

__all__ = ["Prompter", "Turn", "describe", "load", "names"]
