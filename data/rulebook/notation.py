"""How a value stands in one cell, and how it is read again.

A single value stands as it is. A list has one item a line, a table of keys one ``键：值`` a line; an entry within a
list stands in one line as ``不低于：90%，得分：2``. What is deeper stands in braces or brackets, and a text that could
be taken for something else in quotation marks: YAML's own writing in one line, with full-width colons and commas.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from indicators.entries.refusal import Signal
from indicators.entries.shapes import FieldShape, Shape, list_fields
from indicators.pack.documents import YamlFile
from indicators.pack.plain_values import Texts
from indicators.texts.written import quote_text

#: What needs no quotes within a line.
_BARE = re.compile("(?!null$)(?:-?[0-9]|[a-zA-Z\u4e00-\u9fff])[a-zA-Z0-9\u4e00-\u9fff%._-]*")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_HALVES = str.maketrans({"：": ": ", "，": ", ", "｛": "{", "｝": "}", "［": "[", "］": "]"})
_VALUE = Shape(scalar=True)
_ANYTHING = Shape()
#: What a cell says where a value is left out on purpose, though there would be one without a word.
_NOTHING = "（无）"


class CellWrong(Signal):
    """What stands in a cell cannot be read: a sentence in Chinese that says how to mend it."""


def write_cell(value: Texts, shape: Shape) -> str:
    """The text of a cell."""
    if not isinstance(value, Mapping | Sequence) or isinstance(value, str):
        return _write_single(value, shape, alone=True)
    if not value:
        return "[]" if isinstance(value, Sequence) else "{}"
    items = [] if isinstance(value, Mapping) else [each for each in value if not _is_single(each)]
    in_lines = all(isinstance(each, Mapping) and each for each in items) and not (items and _scalar_items(shape))
    if shape.forms != 1 or not in_lines:
        return _write_inline(value, shape)
    return "\n".join(_list_lines(value, shape))


def _list_lines(value: Mapping[str, Texts] | Sequence[Texts], shape: Shape) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, each, inner in _open_entry(value, shape):
            head = _label(name, shape)
            bare = head.strip() == head and not re.search('[：:\n"]|^[{[｛［]|^$', head)
            named = f"{head if bare else quote_text(head)}："
            if _repeats(inner) and isinstance(each, Sequence) and each:
                yield from (named + _write_inline(item, inner.items or _ANYTHING) for item in each)
            else:
                yield named + (_write_single(each, inner) if _is_single(each) else _write_inline(each, inner))
        return
    items = shape.items or _ANYTHING
    for each in value:
        if _is_single(each):
            yield _write_single(each, items)
        else:
            yield _write_inline(each, items)[1:-1]


def _repeats(shape: Shape) -> bool:
    """Whether what stands at a key is a list of entries: they have a line each, with the same key before it."""
    items = shape.items
    return shape.forms == 1 and items is not None and items.forms == 1 and not items.scalar and items.items is None


def _scalar_items(shape: Shape) -> bool:
    return shape.items is not None and shape.items.scalar


def _is_single(value: Texts) -> bool:
    return isinstance(value, str) or value is None


def _write_single(value: Texts, shape: Shape, *, alone: bool = False) -> str:
    if value is None:
        return _NOTHING
    assert isinstance(value, str)
    text = shape.name_word(value)
    if shape.forms and not shape.scalar:
        return quote_text(text)
    # In a list every line is an item; a text that stands alone may have several.
    bare = text.strip() == text and (alone or "\n" not in text) and text[:1] not in ('"', "{", "[", "｛", "［", "")
    return text if bare and text not in ("null", _NOTHING) else quote_text(text)


def _write_inline(value: Texts, shape: Shape) -> str:
    if isinstance(value, Mapping):
        inner = (
            f"{_quote(_label(name, shape))}：{_write_inline(each, field)}"
            for name, each, field in _open_entry(value, shape)
        )
        return "{" + "，".join(inner) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + "，".join(_write_inline(each, shape.items or _ANYTHING) for each in value) + "]"
    return "null" if value is None else _quote(shape.name_word(str(value)))


def _quote(text: str) -> str:
    return text if _BARE.fullmatch(text) else quote_text(text)


def _open_entry(value: Mapping[str, Texts], shape: Shape) -> Iterator[tuple[str, Texts, Shape]]:
    fields = {field.key: field for field in _fields_of(shape)}
    for name, each in value.items():
        yield name, each, fields[name].shape if name in fields else shape.values or _ANYTHING


def _fields_of(shape: Shape) -> Sequence[FieldShape]:
    models = shape.several if shape.model is None else (shape.model,)
    return [field for model in models for field in list_fields(model)]


def _label(name: str, shape: Shape) -> str:
    return next((field.label for field in _fields_of(shape) if field.key == name), name)


def read_cell(text: str, shape: Shape) -> Texts:
    """The value that a cell holds, all texts. Raises CellWrong."""
    stripped = text.strip()
    if stripped[:1] in ("{", "[", "｛", "［"):
        return _name_back(_read_yaml(stripped), shape)
    if shape.scalar or shape.forms == 0 or (shape.items is None and _QUOTED.fullmatch(stripped)):
        return _read_single(text, shape)
    lines = [line for line in text.split("\n") if line.strip()]
    if shape.items is not None:
        return [_read_item(line, shape.items) for line in lines]
    found: dict[str, Texts] = {}
    for line in lines:
        name, value = _split_line(line)
        inner = _find_inner(name, shape)
        before = found.get(inner.key)
        if _repeats(inner.shape) and value.strip()[:1] not in ("[", "［"):
            items = list(before) if isinstance(before, list) else []
            found[inner.key] = [*items, _read_item(value, inner.shape.items or _ANYTHING)]
        elif inner.key in found:
            raise CellWrong(f"「{name}」写了两次；请删去一处")
        else:
            found[inner.key] = read_cell(value, inner.shape) if value.strip() else ""
    return found


def _read_item(line: str, shape: Shape) -> Texts:
    if (shape.model is not None or shape.values is not None) and not shape.scalar and line.strip()[:1] not in "{｛":
        return _name_back(_read_yaml("{" + line.strip() + "}"), shape)
    return read_cell(line, shape)


def _split_line(line: str) -> tuple[str, str]:
    quoted = _QUOTED.match(line.strip())
    if quoted is not None and line.strip()[quoted.end() : quoted.end() + 1] in ("：", ":"):
        return json.loads(quoted[0]), line.strip()[quoted.end() + 1 :]
    name, mark, value = re.match("([^：:]*)([：:]?)(.*)", line, re.DOTALL).groups()  # type: ignore[union-attr]
    if not mark:
        raise CellWrong(f"「{line.strip()}」里没有冒号；请一行写一项，先写名称，再写冒号和值")
    return name.strip(), value


def _find_inner(name: str, shape: Shape) -> FieldShape:
    for field in _fields_of(shape):
        if name in (field.label, field.key):
            return field
    return FieldShape(name, name, shape.values or _VALUE, False, True)


def _read_single(text: str, shape: Shape) -> Texts:
    stripped = text.strip()
    if stripped in ("null", _NOTHING):
        return None
    if _QUOTED.fullmatch(stripped):
        try:
            stripped = json.loads(stripped)
        except ValueError:
            raise CellWrong("引号里的反斜杠有特殊含义；请写成两个反斜杠，或删去引号") from None
    return shape.find_word(stripped)


def _read_yaml(text: str) -> object:
    """Half-width what is YAML's, and then by the reader of packs, which says in Chinese what is wrong."""
    pieces, at = [], 0
    for quoted in _QUOTED.finditer(text):
        pieces += [text[at : quoted.start()].translate(_HALVES), quoted[0]]
        at = quoted.end()
    document = YamlFile("", "".join([*pieces, text[at:].translate(_HALVES)]))
    if document.mistakes:
        raise CellWrong("；".join(mistake.text for mistake in document.mistakes))
    return document.tree


def _name_back(value: object, shape: Shape) -> Texts:
    """Keys and words as a pack has them."""
    if isinstance(value, dict):
        inner = [(_find_inner(str(name), shape), each) for name, each in value.items()]
        return {field.key: _name_back(each, field.shape) for field, each in inner}
    if isinstance(value, list):
        return [_name_back(each, shape.items or _ANYTHING) for each in value]
    # A word of the file knows how YAML would have taken it without quotes; in a cell there is no such thing.
    return None if value is None else shape.find_word(str(value))
