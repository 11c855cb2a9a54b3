"""The sandbox: runs a patched project in a container and returns a judgement.

`open_sandbox` is the door. What runs inside the container lies in the folder `sandbox/` and never imports
this package; the two share only the contract in `job.py`.
"""

from reroll.container.cleanup import clean
from reroll.container.opening import open_sandbox
from reroll.container.pool import Sandbox
from reroll.container.probe import Finding, probe

__all__ = ["Finding", "Sandbox", "clean", "open_sandbox", "probe"]
