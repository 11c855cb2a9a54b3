"""Letters from templates."""

from mailer.letter import Letter
from mailer.outbox import Outbox
from mailer.template import MissingValue, fields, render

__all__ = ["Letter", "MissingValue", "Outbox", "fields", "render"]
