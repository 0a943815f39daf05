"""Rules about rules: what a pack may say in its form, but not in its meaning.

Each rule is a function that yields a :class:`Problem` for every place that breaks it; the first line
of its docstring is the rule. :func:`find_mistakes` runs them all and gives each problem its file and line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from indicators.entries.mistakes import Mistake
from indicators.lint import (
    citations,
    combinations,
    dated,
    decisions,
    doubts,
    members,
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
    table.check_reviews,
    table.check_sheets,
    citations.check_quotes,
    citations.check_support,
    citations.check_obligations,
    strength.check_weak_words,
    strength.check_vague_words,
    strength.check_checklists,
    doubts.check_doubts,
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
    table.check_vetoes,
    pots.check_floors,
)


def find_mistakes(pack: Pack, places: Places) -> list[Mistake]:
    """All mistakes in the meaning of ``pack``; empty when it can be used."""
    dangling = [problem for rule in REFERENCES for problem in rule(pack)]
    rules = MEANINGS + (() if dangling else LOOKUPS)
    problems = [problem for rule in rules for problem in rule(pack)]
    unfit = list(dated.check_changes(pack))
    # What a rule comes to in another year is looked at as if it had been written so.
    resolved = [] if unfit else [pack.of_year(year) for year in dated.list_changed_years(pack)]
    later = [problem for other in resolved for rule in rules for problem in rule(other)]
    return list(dict.fromkeys(problem.locate(places) for problem in (*dangling, *problems, *unfit, *later)))
