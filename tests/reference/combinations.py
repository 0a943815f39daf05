"""Which measure, target and marks make sense together, as data, and the numbers that aim at their edges."""

from __future__ import annotations

_NUMBER = ("all_or_nothing", "proportional", "ladder", "per_shortfall", "relative")
_PLAIN = ("all_or_nothing", "ladder", "per_shortfall")
_TALLY = {
    "at_least": (*_NUMBER, "award", "award_beyond"),
    "at_most": (*_NUMBER, "per_occurrence"),
    "equals": _PLAIN,
    "none": (*_PLAIN, "per_occurrence", "relative"),
    "": ("ladder", "relative", "award", "per_occurrence"),
}
_FIGURE = {"at_least": _NUMBER, "at_most": _NUMBER, "equals": _PLAIN, "": ("ladder", "relative")}
_HARM = {
    "at_most": (*_NUMBER, "per_occurrence"),
    "none": (*_PLAIN, "per_occurrence", "relative"),
    "": ("ladder", "relative", "per_occurrence", "award"),
}
_TREND = ("all_or_nothing", "proportional", "ladder", "per_shortfall", "relative")

#: figure -> target ("" for none) -> marks. A figure is a measure, or a form of it that takes other marks.
COMBINATIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "count": _TALLY,
    "count_by": {
        "at_least": ("award_levels",),
        "none": ("occurrence_levels",),
        "": ("award_levels", "occurrence_levels"),
    },
    "sum": _TALLY,
    "ratio": {**_FIGURE, "none": _PLAIN},
    "rounds": {**_FIGURE, "none": _PLAIN},
    "rounds_each": _TALLY,
    "quotient": {**_FIGURE, "none": _PLAIN},
    "mean": {**_FIGURE, "none": _PLAIN},
    "share_of_people": {
        "at_least": (*_NUMBER, "per_occurrence", "award"),
        "": ("ladder", "relative", "award", "per_occurrence"),
    },
    "date": {"by": ("all_or_nothing", "ladder", "late")},
    "date_each": {
        "by": (
            "all_or_nothing",
            "proportional",
            "ladder",
            "per_shortfall",
            "per_occurrence",
            "award",
            "late",
            "relative",
        )
    },
    "latest": {**_FIGURE, "none": _PLAIN, "": ("ladder", "relative", "award")},
    "change": {
        "rising": _TREND,
        "falling": _TREND,
        "at_least": _NUMBER,
        "at_most": _NUMBER,
        "": ("ladder", "relative"),
    },
    "judgement": {"": ("judged",), "at_least": ("judged",)},
    "findings": _HARM,
    "findings_sum": _HARM,
    "findings_by": {"none": ("occurrence_levels",), "": ("occurrence_levels",)},
    "imported": _FIGURE,
    "of_marks": {"at_least": _NUMBER, "": ("ladder", "relative")},
}

#: Figures and targets that a prohibition can rest on.
VETOES: dict[str, tuple[str, ...]] = {
    "count": ("at_least", "at_most", "none"),
    "sum": ("at_least", "none"),
    "ratio": ("at_least", "at_most"),
    "quotient": ("at_least",),
    "rounds": ("at_least",),
    "rounds_each": ("none", "at_least"),
    "mean": ("at_most",),
    "share_of_people": ("at_least",),
    "date": ("by",),
    "date_each": ("by",),
    "latest": ("at_least", "at_most"),
    "change": ("falling", "at_most"),
    "findings": ("none", "at_most"),
    "findings_sum": ("at_most",),
    "imported": ("at_least",),
    "of_marks": ("at_least",),
}

_SHARES = ("20%", "33.33%", "50%", "60%", "66.67%", "75%", "80%", "90%", "95%", "100%")

#: figure -> numbers, ascending, that random data hit or miss by one step.
EDGES: dict[str, tuple[str, ...]] = {
    "count": ("1", "2", "3", "4", "5"),
    "count_by": ("1", "2", "3"),
    "sum": ("0.5", "2", "3", "4.25", "6", "9", "12"),
    "ratio": _SHARES,
    "rounds": ("0.25", "0.5", "1", "2", "3"),
    "rounds_each": ("1", "2", "3", "4"),
    "quotient": ("0.2", "0.5", "1", "1.5", "2", "3", "20"),
    "mean": ("0.5", "1", "2", "3.5", "30", "33.5"),
    "share_of_people": _SHARES,
    "date": ("0", "1", "2", "10", "30", "365"),
    "date_each": _SHARES,
    "latest": ("1", "2", "5", "7.5", "10"),
    "change": ("1", "2", "3", "5"),
    "change_share": ("1%", "5%", "10%", "25%", "50%"),
    "findings": ("1", "2", "3"),
    "findings_sum": ("0.5", "1", "2.5", "4"),
    "imported": ("50%", "60%", "75%", "90%", "100%"),
    "of_marks": ("50%", "60%", "75%", "90%", "100%"),
}

#: figure -> sizes of a step that a shortfall is counted in.
STEPS: dict[str, tuple[str, ...]] = {"share": ("1%", "5%", "10%", "3%"), "number": ("1", "2", "0.5", "0.3")}
