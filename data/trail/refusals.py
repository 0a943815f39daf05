"""Why something was not done: one class of refusal, with what it was about and a sentence for the person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from indicators.entries.refusal import Refusal


class RefusedAction(Refusal):
    """An action that was asked for and not done. Nothing was stored but one ``refused`` event."""

    def __init__(self, sentence: str, *, object: str = "", object_id: str = "", action: str = "", actor: str = ""):
        self.sentence = sentence
        self.object = object
        self.object_id = object_id
        self.action = action
        self.actor = actor
        super().__init__(sentence)

    def about(self, object: str, object_id: str, action: str, actor: str) -> RefusedAction:
        """This refusal, told what it is about."""
        self.object, self.object_id, self.action, self.actor = object, object_id, action, actor
        return self


class RoleRefused(RefusedAction):
    """The person's role has no right to this action."""


class UnitRefused(RefusedAction):
    """The object belongs to another unit than the person's own."""


class StateRefused(RefusedAction):
    """The object's state knows no such action."""


class NotFound(RefusedAction):
    """There is no such object, or none that this person may see: the sentence is the same."""


class ConditionRefused(RefusedAction):
    """A condition of the transition does not hold; ``condition`` names it."""

    def __init__(self, sentence: str, condition: str) -> None:
        self.condition = condition
        super().__init__(sentence)


class FieldRefused(RefusedAction):
    """What was entered in ``field`` cannot be taken."""

    def __init__(self, sentence: str, field: str) -> None:
        self.field = field
        super().__init__(sentence)


class StaleSave(RefusedAction):
    """Somebody else has saved since: ``base`` is what this person saw, ``current`` what stands now."""

    def __init__(
        self, sentence: str, base: Mapping[str, object], current: Mapping[str, object], differing: Sequence[str]
    ) -> None:
        self.base = base
        self.current = current
        self.differing = tuple(differing)
        super().__init__(sentence)


class SeveralRefused(RefusedAction):
    """Of several actions that were to be one some were refused: each with its place in the order; none was done."""

    def __init__(self, refusals: Sequence[tuple[int, RefusedAction]]) -> None:
        self.refusals = tuple(refusals)
        super().__init__("\n".join(refused.sentence for _, refused in refusals))


class EvidenceRefused(RefusedAction):
    """A file that cannot be taken as evidence."""


class LoginRefused(RefusedAction):
    """A wrong name or password, or an account that is locked or closed."""
