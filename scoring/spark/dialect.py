"""DuckDB's SQL as Spark's. sqlglot knows the spellings; here stands only what Spark means otherwise by the same words.

HUGEINT has 38 digits and becomes DECIMAL(38, 0). Spark runs in its ANSI mode, so that what does not fit is an error
in both and never another number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlglot import exp, parse_one

_WHOLE: Final = "DECIMAL(38, 0)"


def read_statement(text: str) -> exp.Expr:
    """One statement of the engine."""
    return parse_one(text, read="duckdb")


def write_spark(query: exp.Expr) -> str:
    """The same statement as Spark's SQL; ``query`` is used up."""
    # From the leaves upwards: what is spelled out repeats its operands.
    for node in reversed(list(query.walk())):
        spell = _SPELLINGS.get(type(node))
        if spell is not None:
            spell(node)
    return query.sql(dialect="spark", identify=True)


def _whole(node: exp.Expr) -> exp.Cast:
    return exp.cast(node.copy(), _WHOLE)


def _divisor(node: exp.Expr) -> exp.Nullif:
    # DuckDB gives NULL where Spark would stop the run.
    return exp.Nullif(this=_whole(node), expression=exp.Literal.number(0))


def _spell_quotient(node: exp.Expr) -> None:
    """Towards zero, as in DuckDB. Spark's own DIV ends at 19 digits; its division of what divides is exact to 32."""
    assert isinstance(node, exp.Binary)
    rest = exp.Mod(this=_whole(node.left), expression=_divisor(node.right))
    whole = exp.Paren(this=exp.Sub(this=_whole(node.left), expression=rest))
    node.replace(exp.cast(exp.Div(this=whole, expression=_divisor(node.right)), _WHOLE))


def _spell_rest(node: exp.Expr) -> None:
    assert isinstance(node, exp.Binary)
    node.set("expression", _divisor(node.right))


def _spell_sum(node: exp.Expr) -> None:
    """A sum of BIGINT is HUGEINT: adding an exact nothing makes it a decimal, whatever the column is."""
    nothing = exp.cast(exp.Literal.number(0), "DECIMAL(1, 0)")
    node.set("this", exp.Add(this=exp.Paren(this=node.this), expression=nothing))


def _spell_picked(node: exp.Expr) -> None:
    """The value beside the least or largest key: DuckDB passes over rows without a value."""
    value, key = node.this, node.args["expression"]
    given = exp.Not(this=exp.Is(this=value.copy(), expression=exp.Null()))
    node.set("expression", exp.Case(ifs=[exp.If(this=given, true=key.copy())]))


def _spell_type(node: exp.Expr) -> None:
    if node.is_type(exp.DType.INT128):
        node.replace(exp.DataType.build(_WHOLE))


def _spell_place(node: exp.Expr) -> None:
    """A rank or a number of a row is BIGINT. Behind the name of a window Spark takes a minus for a part of the name."""
    if isinstance(node.this, exp.Rank | exp.RowNumber):
        node.replace(exp.cast(node.copy(), "BIGINT"))
    elif isinstance(node.parent, exp.Binary):
        node.replace(exp.Paren(this=node.copy()))


def _spell_star(node: exp.Expr) -> None:
    """A replaced column stands behind all others."""
    replaced = node.args.get("replace")
    if not replaced:
        return
    node.set("replace", None)
    node.set("except_", [*(node.args.get("except_") or []), *(exp.to_identifier(each.alias) for each in replaced)])
    chosen = node.find_ancestor(exp.Select)
    assert isinstance(chosen, exp.Select)
    chosen.set("expressions", [*chosen.expressions, *(each.copy() for each in replaced)])


def _spell_rows(node: exp.Expr) -> None:
    """A list of structs as rows with a column for each of their fields."""
    if any(isinstance(each, exp.PropertyEQ | exp.EQ | exp.Kwarg) for each in node.expressions):
        node.replace(exp.Inline(this=node.this.copy()))


def _spell_cte(node: exp.Expr) -> None:
    """Spark works every CTE out where it is read, or once where that is cheaper."""
    node.set("materialized", None)


def _spell_name(node: exp.Expr) -> None:
    """Views of a session have no schema."""
    if isinstance(node, exp.Table) and node.db:
        node.set("this", exp.to_identifier(f"{node.db}_{node.name}"))
        node.set("db", None)


_SPELLINGS: Final[dict[type[exp.Expr], Callable[[exp.Expr], None]]] = {
    exp.IntDiv: _spell_quotient,
    exp.Mod: _spell_rest,
    exp.Sum: _spell_sum,
    exp.ArgMin: _spell_picked,
    exp.ArgMax: _spell_picked,
    exp.DataType: _spell_type,
    exp.Window: _spell_place,
    exp.Star: _spell_star,
    exp.Explode: _spell_rows,
    exp.CTE: _spell_cte,
    exp.Table: _spell_name,
}
