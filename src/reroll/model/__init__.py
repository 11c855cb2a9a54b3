"""Models: named by a spec, opened for a while, asked seed by seed.

spec = parse_spec("base=hf:checkpoints/forge/base")
async with open_model(spec, sampling=Sampling(temperature=1.0)) as model:
    async for position, completion in model.complete(prompt, seeds=[1, 2, 3]):
        ...
"""

from reroll.model.model import Answer, Model, Request, Scored
from reroll.model.opening import open_model
from reroll.model.settings import Settings
from reroll.model.spec import ModelSpec, bundled, parse_spec

__all__ = [
    "Answer",
    "Model",
    "ModelSpec",
    "Request",
    "Scored",
    "Settings",
    "bundled",
    "open_model",
    "parse_spec",
]
