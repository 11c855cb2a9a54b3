"""A vLLM of our own: `vllm:` specs, served over HTTP or driven without it.

`command.py` says what is started, `process.py` keeps it running, and `opening.py` opens the model of a spec
on it: `vllm serve` behind the client of `openai.py`, or `engine.py`, which runs in the environment of vLLM,
behind `link.py` and `offline.py`.
"""

from reroll.model.vllm.command import EXECUTABLE, engine_command, executable, serve_command
from reroll.model.vllm.opening import crew_of, open_vllm

__all__ = ["EXECUTABLE", "crew_of", "engine_command", "executable", "open_vllm", "serve_command"]
