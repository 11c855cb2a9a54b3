"""The tree of errors: one class a boundary, so that the place of a failure is its type.

    RerollError
    ├── UsageError            what was asked for does not exist or does not fit together (exit 2)
    ├── SuiteError            a suite or a bug cannot be read, or does not prove itself
    ├── AgentError            an agent cannot be read or used
    ├── PatchError            a completion holds no edit that applies (a verdict, not a failure)
    ├── ModelError            a checkpoint cannot be loaded, started or reached
    │   └── ContextError      one prompt does not fit the model (an outcome of that bug)
    ├── SandboxError          the sandbox failed, not the patch; the attempt is retried
    │   └── SandboxMissing    no sandbox works on this machine
    ├── LedgerError           a run cannot be read or written
    ├── StatisticsError       the data cannot support the figure that was asked for
    └── MissingDependency     an optional package is not installed

A patch that fails its tests is an outcome, never an error.
"""


class RerollError(Exception):
    """Base of everything that reroll raises on purpose; its text is one line for a person."""

    exit_code = 1


class UsageError(RerollError):
    """What was asked for does not exist or does not fit together."""

    exit_code = 2


class SuiteError(RerollError):
    """A suite or a bug cannot be read, or does not prove itself."""


class AgentError(RerollError):
    """An agent cannot be read or used."""


class PatchError(RerollError):
    """A completion holds no edit that applies; its text is the recorded reason."""


class ModelError(RerollError):
    """A checkpoint cannot be loaded, started or reached."""


class ContextError(ModelError):
    """A prompt does not fit the model's context."""


class SandboxError(RerollError):
    """The sandbox failed, not the patch; the attempt is retried and never counted."""


class SandboxMissing(SandboxError):
    """No sandbox works on this machine; the text says what to install."""


class LedgerError(RerollError):
    """A run cannot be read or written."""


class StatisticsError(RerollError):
    """The data cannot support the figure that was asked for; the text says what would."""


class MissingDependency(RerollError):
    """An optional package is not installed; the text is the command that installs it."""

    def __init__(self, package: str, *, extra: str) -> None:
        super().__init__(f"{package!r} is not installed: pip install 'reroll[{extra}]'")
