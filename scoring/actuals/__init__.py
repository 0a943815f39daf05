"""Measures become SQL: one relation of raw figures, then one of figures with their outcome.

Every branch yields the same columns (see :data:`RAW`): the figure as numerator and denominator, what
speaks against using it, and for dates how many were late or missing. Nothing is divided here.
"""

from __future__ import annotations

from scoring.actuals.compile import Actuals, compile_actuals

__all__ = ["Actuals", "compile_actuals"]
