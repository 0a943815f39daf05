"""Mistakes in a pack: each with its file, its line, what is wrong and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic_core import ErrorDetails

from indicators.entries.nearest import find_nearest
from indicators.entries.refusal import Refusal


@dataclass(frozen=True, order=True)
class Mistake:
    """One mistake. ``str()`` gives ``indicators/35.yaml:12: …``; line 0 means the file as a whole."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}：{self.text}" if self.line else f"{self.file}：{self.text}"


class PackRefused(Refusal):
    """A pack that cannot be used. ``mistakes`` holds every mistake, in the order of files and lines."""

    def __init__(self, pack: str, mistakes: list[Mistake]) -> None:
        self.pack = pack
        self.mistakes = sorted(set(mistakes))
        super().__init__(str(self))

    def __str__(self) -> str:
        listed = "\n".join(f"  {mistake}" for mistake in self.mistakes)
        return f"指标包 {self.pack} 有 {len(self.mistakes)} 处错误，未使用：\n{listed}"


def describe_error(error: ErrorDetails, known: list[str], outer: list[str]) -> str:
    """A Chinese sentence for one pydantic error.

    ``known`` are the keys allowed at its place, ``outer`` those allowed one level further out.
    """
    place = error["loc"]
    name = str(place[-1]) if place else ""
    what = f"第 {place[-1] + 1} 项" if place and isinstance(place[-1], int) else f"「{name}」" if name else "文件"
    context: dict[str, object] = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return f"缺少「{name}」；请补上"
        case "extra_forbidden":
            return f"不认识的键「{name}」{_advise_key(name, known, outer, place)}"
        case "value_error":
            return str(context.get("error", error["msg"]))
        case "literal_error":
            allowed = str(context.get("expected", "")).replace("'", "").replace(" or ", "、").replace(", ", "、")
            return f"{what}写了{show_value(error['input'])}，只能是：{allowed}"
        case "tuple_type" | "list_type":
            return f"{what}应是一个列表；请在每项前加「- 」，或写在方括号里"
        case "dict_type" | "model_type" | "model_attributes_type":
            return f"{what}应是若干个键和值，不是单独一个值；请改写成先键、再半角冒号和空格、后值"
        case "too_short":
            return f"{what}不能为空；请至少写一项"
        case _:
            return f"{what}写法不对；请对照指标包格式说明改写"


def _advise_key(name: str, known: list[str], outer: list[str], place: tuple[int | str, ...]) -> str:
    if name in outer:
        holder = next(str(key) for key in reversed(place[:-1]) if isinstance(key, str))
        return f"；它应与「{holder}」写在同一层，请检查缩进"
    close = find_nearest(name, known)
    if close:
        return f"；是不是「{close[0]}」"
    return f"；请用这里有的：{'、'.join(known)}" if known else "；请删去"


def show_value(value: object) -> str:
    """What the author wrote, for use within a sentence."""
    if isinstance(value, dict | list | tuple):
        return "一组值" if value else "空的括号"
    return "空值" if value is None else f"「{value}」"
