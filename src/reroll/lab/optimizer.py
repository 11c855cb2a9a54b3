"""The optimizer of a base: Muon for the matrices inside, AdamW for embeddings and norms.

To the same held-out loss it takes a quarter fewer steps than AdamW alone: docs/lab.md.
"""

from __future__ import annotations

from typing import Any

from torch import nn
from torch.optim import AdamW, Muon, Optimizer


class MuonWithAdamW(Optimizer):
    """Two optimizers that a trainer sees as one."""

    def __init__(self, model: nn.Module, *, lr: float, beta2: float) -> None:
        """Split the parameters of a model.

        Args:
            model: What is trained.
            lr: Learning rate of both; Muon's updates are scaled to the size of AdamW's.
            beta2: Of AdamW.
        """
        embeddings = {id(part.weight) for part in model.modules() if isinstance(part, nn.Embedding)}
        inner = [p for p in model.parameters() if p.ndim == 2 and id(p) not in embeddings]
        rest = [p for p in model.parameters() if p.ndim != 2 or id(p) in embeddings]
        self._parts: tuple[Optimizer, Optimizer] = (
            Muon(inner, lr=lr, weight_decay=0.0, adjust_lr_fn="match_rms_adamw"),
            AdamW(rest, lr=lr, betas=(0.9, beta2), weight_decay=0.0),
        )
        super().__init__([*inner, *rest], {})
        self._share()

    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        """Take a step with each."""
        del closure
        for part in self._parts:
            part.step()

    def state_dict(self) -> dict[str, Any]:
        """Return the states of both."""
        return {"parts": [part.state_dict() for part in self._parts]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take the states of both."""
        for part, state in zip(self._parts, state_dict["parts"], strict=True):
            part.load_state_dict(state)
        self._share()

    def _share(self) -> None:
        # The scheduler writes into the groups, so they must be those that the parts read.
        self.param_groups = [group for part in self._parts for group in part.param_groups]
