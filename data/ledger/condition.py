"""What a condition of the transition tables is: a name, the sentence of refusal, and the question itself.

A question answers True, or False, or False with words for ``{detail}`` in the sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from data.ledger.case import PlannedChange

Answer = bool | str


@dataclass(frozen=True)
class ActionCondition:
    """``sentence`` may name {noun}, {verb}, {id} and {detail}."""

    name: str
    sentence: str
    question: Callable[[PlannedChange], Answer]

    def refuse(self, case: PlannedChange) -> str | None:
        """The sentence to refuse with; None if the condition holds."""
        answer = self.question(case)
        if answer is True:
            return None
        return self.sentence.format(noun=case.machine.noun, verb=case.transition.verb, id=case.id, detail=answer or "")


CONDITIONS: dict[str, ActionCondition] = {}


def condition(sentence: str) -> Callable[[Callable[[PlannedChange], Answer]], Callable[[PlannedChange], Answer]]:
    """Makes a question a condition, by its own name."""

    def add(question: Callable[[PlannedChange], Answer]) -> Callable[[PlannedChange], Answer]:
        CONDITIONS[question.__name__] = ActionCondition(question.__name__, sentence, question)
        return question

    return add
