"""docs/pack-keys.zh-CN.md: every key of a pack in Chinese, made from the models that read it."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from data.rulebook.layout import FILES
from data.rulebook.phrases import list_phrases
from indicators.entries.one_of import OneOf
from indicators.entries.shapes import FieldShape, Shape, list_fields
from tests.docs.keys import show_default

HEAD = """# 指标包的全部键（中文对照）

[pack-format.md](pack-format.md) 用英文写明每个键的**意思**：怎样取数、怎样算分，
准确到可以照着另写一遍程序。这一页是它的中文对照：
每个文件、每一项能写哪些键，叫什么（就是工作簿里的列名和网页上的格名），必填不必填，怎么填，不写时是什么。两页和程序用的是同一份模型，
由 `python -m tests.docs.pages` 做出，少一个键、多一个键测试都不过。
怎样从一句话写成规则，见 [handbook.md](handbook.md)。

「名称 → 值」是一组名称各对一个值；「列表」一项一项写；「见」后面是另一节。
"""
FILE_WORDS = {
    "pack.yaml": "指标包的名称、年度、考核组、一级指标和各项规定",
    "units.yaml": "单位名册",
    "datasets.yaml": "台账：单位报的表",
    "indicators/*.yaml": "指标：考核什么，各组多少分，怎样得分、扣分",
    "calendar.yaml": "自己的放假安排（可以没有）",
    "obligations.yaml": "从文件里摘出的任务（可以没有）",
    "cases/*.yaml": "用例：给这些数据，应得这些分",
    "doubts.yaml": "数据里值得问一问的地方（可以没有）",
    "sources/sources.yaml": "引用的文件",
}


class Reference:
    """The models in the order in which they are met, each with the name of the place where it was met first."""

    def __init__(self) -> None:
        self.names: dict[type[BaseModel], str] = {}
        self._taken: dict[str, int] = {}

    def meet(self, model: type[BaseModel], name: str) -> Iterator[type[BaseModel]]:
        """The model and all below it that were not met before."""
        if model in self.names:
            return
        self._taken[name] = self._taken.get(name, 0) + 1
        self.names[model] = name if self._taken[name] == 1 else f"{name}（{self._taken[name]}）"
        yield model
        for field in list_fields(model):
            for below in _list_models(field.shape):
                yield from self.meet(below, field.label)


def _list_models(shape: Shape) -> Iterator[type[BaseModel]]:
    for model in (shape.model, *shape.several):
        if model is not None:
            yield model
    for inner in (shape.items, shape.values):
        if inner is not None:
            yield from _list_models(inner)


def write_reference() -> str:
    """The whole page."""
    reference, parts = Reference(), [HEAD]
    for file, model in FILES.items():
        met = list(reference.meet(model, f"{file}：{FILE_WORDS[file]}"))
        for each in met:
            level = "##" if each is model else "###"
            parts.append(f"{level} {reference.names[each]}\n\n{_write_model(each, reference)}")
    parts.append(_write_phrases())
    return "\n".join(parts)


def _write_model(model: type[BaseModel], reference: Reference) -> str:
    one = "下面只写一个：\n\n" if issubclass(model, OneOf) else ""
    rows = [_write_field(model, field, reference) for field in list_fields(model)]
    return f"{one}| 键 | 名称 | 必填 | 怎么填 | 不写时 |\n| --- | --- | --- | --- | --- |\n" + "\n".join(rows) + "\n"


def _write_field(model: type[BaseModel], field: FieldShape, reference: Reference) -> str:
    found = next(each for name, each in model.model_fields.items() if field.key in (name, each.alias))
    cells = (f"`{field.key}`", field.label, "是" if field.required else "", describe(field.shape, reference))
    return f"| {' | '.join((*cells, show_default(found)))} |"


def describe(shape: Shape, reference: Reference) -> str:
    """What may stand there, in Chinese."""
    said: list[str] = []
    if shape.words:
        pairs = zip(shape.words, shape.labels, strict=True)
        named = (f"`{word}` {label}" if label != word else f"`{word}`" for word, label in pairs)
        said.append(f"选一个：{'、'.join(named)}")
    elif shape.scalar:
        said.append("数" if shape.number else "文字")
    if shape.besides is not None:
        said.append(f"`{shape.besides.word}` {shape.besides.label}")
    if shape.items is not None:
        said.append(f"列表，每项：{describe(shape.items, reference)}")
    if shape.values is not None:
        said.append(f"名称 → {describe(shape.values, reference)}")
    for model in (shape.model, *shape.several):
        if model is not None:
            said.append(f"见「{reference.names.get(model, '')}」")
    return "；或者 ".join(said) or "任何值"


def _write_phrases() -> str:
    rows = "\n".join(f"| {phrase.words.replace('_', '＿')} | `{kind}` |" for kind, phrase in list_phrases())
    return f"## 常用说法\n\n工作簿和网页的「常用说法」，各是哪一种计分：\n\n| 说法 | 计分 |\n| --- | --- |\n{rows}\n"
