"""What a pack may not do to the one that it extends: what and where, what the base says, and how to mend it."""

from __future__ import annotations

from collections.abc import Sequence

from indicators.entries.nearest import suggest
from indicators.entries.refusal import Refusal
from indicators.pack.layers import Opening, OverlayChange


class Breach(Refusal):
    """Something that the base does not allow. ``str()`` is the sentence for whoever writes the upper pack."""


class NoSuchIndicator(Breach):
    """The base has no indicator of that id."""

    def __init__(self, indicator: str, known: Sequence[str]) -> None:
        self.indicator = indicator
        super().__init__(f"上级指标包没有指标 {indicator}{suggest(indicator, list(known))}；本级自己的指标请直接写好")


class _OfChange(Breach):
    def __init__(self, change: OverlayChange, text: str) -> None:
        self.change = change
        where = f"第{change.part}部分的 {change.number}" if change.part is not None else change.number
        super().__init__(f"指标 {change.indicator}「{change.title}」（{where}）{text}")


class Loosened(_OfChange):
    """A value that asks for less, or gives more, than the base. ``clause`` is what the base rests on."""

    def __init__(self, change: OverlayChange, before: str, clause: str) -> None:
        self.before = before
        self.clause = clause
        super().__init__(
            change,
            f"上级是{before}，本级写{change.value}，放宽了上级的要求（{clause}）；请改得不比上级宽，或删去这一处",
        )


class NotOpened(_OfChange):
    """A value that the base did not leave open, and of which nobody can say which way would be stricter."""

    def __init__(self, change: OverlayChange, why: str) -> None:
        self.why = why
        super().__init__(change, f"不能改：{why}；请删去这一处，或请上级在 openings 的 numbers 里留给下级")


class OutsideOpening(_OfChange):
    """A value that was left open, but not so far."""

    def __init__(self, change: OverlayChange, opening: Opening) -> None:
        self.opening = opening
        super().__init__(change, f"写了{change.value}；上级留给下级定，{opening.describe()}，请改到这个范围内")


class UnlikeValues(_OfChange):
    """Two values of which nobody can say which is the greater."""

    def __init__(self, change: OverlayChange, before: str) -> None:
        self.before = before
        text = f"上级是{before}，本级写{change.value}，分不出哪个更严；请按上级的写法（数、百分数或日期）写"
        super().__init__(change, text)


class NothingChanged(_OfChange):
    """A change that changes nothing."""

    def __init__(self, change: OverlayChange) -> None:
        super().__init__(change, f"与上级同为{change.value}，没有改动；请删去这一处")


class ChangedTwice(_OfChange):
    """One value that is put twice."""

    def __init__(self, change: OverlayChange) -> None:
        super().__init__(change, "改了两次；请删去一处")


class NoSuchPlace(_OfChange):
    """A way that leads to no value."""
