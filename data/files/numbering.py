"""The numbers that Word puts before paragraphs by itself, written out: 一、, （一）, 第一条, 1."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from data.files.packages import Package, local_name
from indicators.entries.numbers import read_whole
from indicators.entries.numerals import write_numeral

_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_CHINESE = frozenset(
    {"chineseCounting", "chineseCountingThousand", "japaneseCounting", "ideographDigital", "taiwaneseCountingThousand"}
)


@dataclass(frozen=True)
class _Level:
    start: int
    form: str
    text: str


@dataclass
class Numbering:
    """The lists of a document, counted as its paragraphs come by."""

    levels: dict[tuple[str, int], _Level] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)
    _counts: dict[tuple[str, int], int] = field(default_factory=dict)

    def number(self, paragraph: Element) -> str:
        """What Word shows before the paragraph; empty for one that is in no list, and for bullets."""
        place = self._find_place(paragraph)
        if place is None:
            return ""
        list_id, depth = place
        kind = self.lists.get(list_id, "")
        level = self.levels.get((kind, depth))
        if level is None or level.form in ("bullet", "none"):
            return ""
        key = (kind, depth)
        self._counts[key] = self._counts.get(key, level.start - 1) + 1
        for deeper in range(depth + 1, 9):
            self._counts.pop((kind, deeper), None)
        return re.sub("%([1-9])", lambda found: self._write(kind, int(found[1]) - 1), level.text)

    def _write(self, kind: str, depth: int) -> str:
        level = self.levels.get((kind, depth))
        if level is None:
            return ""
        count = self._counts.get((kind, depth), level.start)
        if level.form in _CHINESE:
            return write_numeral(count)
        if level.form.startswith("decimalEnclosedCircle") and 1 <= count <= len(_CIRCLED):
            return _CIRCLED[count - 1]
        if level.form in ("lowerLetter", "upperLetter") and 1 <= count <= 26:
            return chr(ord("a" if level.form == "lowerLetter" else "A") + count - 1)
        return str(count)

    def _find_place(self, paragraph: Element) -> tuple[str, int] | None:
        settings = _child(paragraph, "pPr")
        style = _attribute(_child(settings, "pStyle"), "val")
        inherited = self.styles.get(style or "")
        numbered = _child(settings, "numPr")
        if numbered is None:
            return inherited
        list_id = _attribute(_child(numbered, "numId"), "val") or (inherited[0] if inherited else "0")
        written = _attribute(_child(numbered, "ilvl"), "val") or (str(inherited[1]) if inherited else "0")
        depth = read_whole(written)
        return None if list_id == "0" or depth is None else (list_id, depth)


def read_numbering(package: Package, main: str) -> Numbering:
    """The lists that a document defines, and the styles that belong to one."""
    found = Numbering()
    parts = {kind: target for kind, target in package.list_relations(main).values()}
    if (part := parts.get("numbering")) in package.names and part is not None:
        _read_lists(found, package.parse(part))
    if (part := parts.get("styles")) in package.names and part is not None:
        _read_styles(found, package.parse(part))
    return found


def _read_lists(found: Numbering, root: Element) -> None:
    for element in root:
        name = local_name(element)
        if name == "abstractNum":
            kind = _attribute(element, "abstractNumId") or ""
            for level in element:
                depth = read_whole(_attribute(level, "ilvl") or "")
                if local_name(level) != "lvl" or depth is None:
                    continue
                start = read_whole(_attribute(_child(level, "start"), "val") or "")
                form = _attribute(_child(level, "numFmt"), "val") or "decimal"
                text = _attribute(_child(level, "lvlText"), "val") or ""
                found.levels[kind, depth] = _Level(1 if start is None else start, form, text)
        elif name == "num":
            list_id = _attribute(element, "numId") or ""
            found.lists[list_id] = _attribute(_child(element, "abstractNumId"), "val") or ""


def _read_styles(found: Numbering, root: Element) -> None:
    parents: dict[str, str] = {}
    for style in root:
        name = _attribute(style, "styleId")
        if local_name(style) != "style" or name is None:
            continue
        if parent := _attribute(_child(style, "basedOn"), "val"):
            parents[name] = parent
        numbered = _child(_child(style, "pPr"), "numPr")
        list_id = _attribute(_child(numbered, "numId"), "val")
        depth = read_whole(_attribute(_child(numbered, "ilvl"), "val") or "0")
        if list_id and list_id != "0" and depth is not None:
            found.styles[name] = (list_id, depth)
    for name in list(parents):
        line, parent = [name], parents[name]
        while parent in parents and parent not in found.styles and parent not in line:
            line.append(parent)
            parent = parents[parent]
        if name not in found.styles and parent in found.styles:
            found.styles[name] = found.styles[parent]


def _child(element: Element | None, name: str) -> Element | None:
    if element is None:
        return None
    return next((child for child in element if local_name(child) == name), None)


def _attribute(element: Element | None, name: str) -> str | None:
    if element is None:
        return None
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), None)
