"""Rules about rules: what a pack may say in its form, but not in its meaning.

Each rule is a function that yields a :class:`Problem` for every place that breaks it; the first line
of its docstring is the rule. :func:`find_mistakes` runs them all and gives each problem its file and line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from indicators.entries.mistakes import Mistake
from indicators.lint import (
    citations,
    combinations,
    dated,
    decisions,
    doubts,
    formality,
    members,
    openings,
    periods,
    pots,
    references,
    register,
    scales,
    strength,
    table,
)
from indicators.lint.problem import Problem
from indicators.pack.documents import Places
from indicators.pack.model import Pack

Rule = Callable[[Pack], Iterator[Problem]]

#: Names point at things that exist.
REFERENCES: tuple[Rule, ...] = (
    references.check_ids,
    references.check_registry,
    register.check_names,
    register.check_successors,
    register.check_splits,
    register.check_transfers,
    references.check_sections_and_cohorts,
    references.check_datasets,
)
#: Rules that look nothing up, so that they run on any pack.
MEANINGS: tuple[Rule, ...] = (
    combinations.check_combination,
    combinations.check_judged_once,
    combinations.check_targets,
    combinations.check_amounts,
    combinations.check_exactness,
    scales.check_reach,
    register.check_ended_units,
    table.check_worth,
    decisions.check_parts,
    decisions.check_cells,
    decisions.check_rows,
    pots.check_roles,
    pots.check_groups,
    pots.check_amounts,
    table.check_precision,
    table.check_grades,
    table.check_quotas,
    table.check_reviews,
    table.check_sheets,
    citations.check_quotes,
    citations.check_support,
    citations.check_obligations,
    strength.check_weak_words,
    strength.check_vague_words,
    strength.check_checklists,
    doubts.check_doubts,
    openings.check_openings,
)
#: Rules that look up what names point at: only for a pack whose names all point at something.
LOOKUPS: tuple[Rule, ...] = (
    members.check_columns,
    members.check_conditions,
    members.check_other_indicators,
    members.check_exemptions,
    periods.check_first_years,
    scales.check_columns,
    table.check_sections,
    table.check_inputs,
    table.check_open_marks,
    table.check_vetoes,
    pots.check_floors,
)
#: What whoever writes rules has to mend, and nobody who scores by rules from before; also only for sound names.
AUTHORING: tuple[Rule, ...] = (formality.check_formality,)
#: Numbers that change in time are those of a rule in every year.
CHANGES: tuple[Rule, ...] = (dated.check_changes,)


#: What of a pack a rule looks into beside ``pack.yaml`` and the indicators one by one. A rule that is not named here
#: may look into everything, and waits until all of it can be read.
_NEEDS: dict[Rule, frozenset[str]] = {
    references.check_ids: frozenset(),
    references.check_registry: frozenset({"units"}),
    register.check_names: frozenset({"units"}),
    register.check_successors: frozenset({"units"}),
    register.check_splits: frozenset({"units"}),
    register.check_transfers: frozenset({"units"}),
    references.check_sections_and_cohorts: frozenset({"units"}),
    references.check_datasets: frozenset({"datasets"}),
    combinations.check_combination: frozenset(),
    combinations.check_judged_once: frozenset(),
    combinations.check_targets: frozenset(),
    combinations.check_amounts: frozenset(),
    combinations.check_exactness: frozenset(),
    scales.check_reach: frozenset(),
    register.check_ended_units: frozenset({"units"}),
    table.check_worth: frozenset(),
    decisions.check_parts: frozenset(),
    decisions.check_cells: frozenset(),
    decisions.check_rows: frozenset(),
    pots.check_roles: frozenset(),
    pots.check_groups: frozenset(),
    pots.check_amounts: frozenset(),
    table.check_precision: frozenset(),
    table.check_grades: frozenset(),
    table.check_quotas: frozenset(),
    table.check_reviews: frozenset(),
    table.check_sheets: frozenset(),
    citations.check_quotes: frozenset({"sources"}),
    citations.check_support: frozenset({"sources"}),
    citations.check_obligations: frozenset({"sources", "obligations"}),
    strength.check_weak_words: frozenset(),
    strength.check_vague_words: frozenset(),
    strength.check_checklists: frozenset(),
    members.check_columns: frozenset({"datasets"}),
    members.check_conditions: frozenset({"datasets"}),
    members.check_exemptions: frozenset({"datasets"}),
    periods.check_first_years: frozenset({"datasets"}),
    table.check_vetoes: frozenset(),
}
#: What is wrong with a name in these files is in the way of every rule that looks names up.
_HEADS = ("pack.yaml", "datasets.yaml")
#: Without these no name can be looked up.
_LOOKED_UP = frozenset({"units", "datasets"})


def find_mistakes(
    pack: Pack, places: Places, unread: frozenset[str] = frozenset(), authoring: bool = False
) -> list[Mistake]:
    """All mistakes in the meaning of ``pack``; empty when it can be used.

    ``unread`` names what could not be read and is empty in ``pack`` (``indicators`` where only some could): what
    depends on that is not looked at. ``authoring``: with what only an author is held to.
    """
    dangling = [problem for rule in REFERENCES if _can_run(rule, unread) for problem in rule(pack)]
    problems = _find_problems(pack, unread, dangling, (*LOOKUPS, *(AUTHORING if authoring else ())))
    unfit = list(dated.check_changes(pack))
    # What a rule comes to in another year is looked at as if it had been written so.
    resolved = [] if unfit else [pack.of_year(year) for year in dated.list_changed_years(pack)]
    later = [problem for other in resolved for problem in _find_problems(other, unread, dangling, LOOKUPS)]
    return list(dict.fromkeys(problem.locate(places) for problem in (*dangling, *problems, *unfit, *later)))


def _can_run(rule: Rule, unread: frozenset[str]) -> bool:
    return not unread or (rule in _NEEDS and not _NEEDS[rule] & unread)


def _find_problems(
    pack: Pack, unread: frozenset[str], dangling: Sequence[Problem], lookups: Sequence[Rule]
) -> Iterator[Problem]:
    """What is wrong with what the rules say; those that look up what names point at see only what is sound."""
    for rule in MEANINGS:
        if _can_run(rule, unread):
            yield from rule(pack)
    unsound = {problem.indicator for problem in dangling}
    if unread & _LOOKED_UP or any(each.indicator is None and each.file in _HEADS for each in dangling):
        return
    kept = [position for position in range(len(pack.indicators)) if position not in unsound]
    sound = pack
    if unsound:
        sound = pack.model_copy(update={"indicators": tuple(pack.indicators[position] for position in kept)})
        unread |= {"indicators"}
    for rule in lookups:
        if _can_run(rule, unread):
            for problem in rule(sound):
                at = problem.indicator
                yield problem if at is None else replace(problem, indicator=kept[at])
