"""Rules in plain Chinese: pure functions of the pack, the only place that words a rule."""

from scoring.base.amounts import write_marks, write_number
from scoring.wording.marks import describe_marks
from scoring.wording.reasons import describe_outcome, describe_reason
from scoring.wording.rules import describe_rule
from scoring.wording.targets import describe_target

__all__ = [
    "describe_marks",
    "describe_outcome",
    "describe_reason",
    "describe_rule",
    "describe_target",
    "write_marks",
    "write_number",
]
