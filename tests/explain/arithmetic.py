"""Read a calculation line as a sceptical person with a calculator does: every equation in it must hold."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterable
from fractions import Fraction

from scoring.base.amounts import round_half_up

#: What stands in a line and is not reckoned with: how it is rounded, and of which days a value holds.
_ASIDE = re.compile(r"（四舍五入到 [0-9.]+ 分）|[0-9]+年[0-9]+月[0-9]+日")
_SIGNS = re.compile(r"([=≈<>])")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?%?")
_OPERATIONS: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def check_line(line: str) -> Fraction:
    """The marks that the line ends with. AssertionError where an equation or a comparison in it does not hold."""
    text = _ASIDE.sub("", line)
    clauses = re.split("[；，]", text)
    for clause in clauses:
        pieces = _SIGNS.split(clause)
        for left, sign, right in zip(pieces[::2], pieces[1::2], pieces[2::2], strict=False):
            one, other = evaluate(left), evaluate(right)
            if sign == "≈":
                assert one != other, f"{clause}: ≈ where = would do"
                places = _count_places(right)
                assert round_half_up(one, places) == other, f"{clause}: {one} is not about {other}"
            else:
                compare = {"=": operator.eq, "<": operator.lt, ">": operator.gt}[sign]
                assert compare(one, other), f"{clause}: {one} {sign} {other} does not hold"
    last = re.search(r"(-?[0-9]+(?:\.[0-9]+)?) 分$", clauses[-1])
    assert last, f"{line}: does not end in marks"
    return Fraction(last[1])


def cut_values(line: str, rule: Iterable[str]) -> str:
    """The line without the sentences before it that name the values of the year, each word for word in the rule."""
    sentences = [sentence for sentence in rule if sentence.endswith("。")]
    while (first := next((sentence for sentence in sentences if line.startswith(sentence)), None)) is not None:
        line = line.removeprefix(first)
    return line


def list_numbers(text: str) -> set[Fraction]:
    """All numbers of a text, percentages by the number before their sign."""
    return {Fraction(number.rstrip("%")) for number in _NUMBER.findall(text)}


def list_used(line: str) -> set[Fraction]:
    """The numbers that the last equation reckons with."""
    last = re.split("[；，]", _ASIDE.sub("", line))[-1]
    left, sign, _ = last.rpartition("≈" if "≈" in last else "=")
    return list_numbers(left) if sign else set()


def list_earlier(line: str) -> set[Fraction]:
    """The numbers of the steps before the last."""
    return list_numbers("；".join(re.split("[；，]", _ASIDE.sub("", line))[:-1]))


def _count_places(text: str) -> int:
    number = _NUMBER.findall(text)[-1]
    places = len(number.rstrip("%").partition(".")[2])
    # A number without trailing zeros was rounded to at least four places.
    return places + 2 if number.endswith("%") else places


def evaluate(text: str) -> Fraction:
    """The value of an expression with × ÷ % and words around it."""
    plain = re.sub(r"[^0-9.%()+\-×÷]", " ", text).replace("×", "*").replace("÷", "/")
    plain = re.sub(r"\(\s*\)", " ", plain).strip()
    numbers: list[Fraction] = []

    def keep(match: re.Match[str]) -> str:
        number = match.group()
        numbers.append(Fraction(number.rstrip("%")) / (100 if number.endswith("%") else 1))
        return f"n{len(numbers) - 1}"

    tree = ast.parse(_NUMBER.sub(keep, plain), mode="eval").body

    def walk(node: ast.expr) -> Fraction:
        if isinstance(node, ast.BinOp):
            return _OPERATIONS[type(node.op)](walk(node.left), walk(node.right))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -walk(node.operand)
        assert isinstance(node, ast.Name), ast.dump(node)
        return numbers[int(node.id[1:])]

    return walk(tree)
