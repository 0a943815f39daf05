"""YAML files as plain data that remember their lines.

YAML is composed, not loaded: scalars stay the text that the author wrote (``1.10`` stays ``1.10``),
a doubled key is a mistake, and every node keeps its line.
"""

from __future__ import annotations

from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from indicators.entries.amounts import Scalar
from indicators.entries.mistakes import Mistake, describe_error
from indicators.pack.syntax import INVISIBLE, UnreadableText, compose_text, describe_invisible

Location = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)


class YamlFile:
    """One YAML file as plain dicts, lists and :class:`Scalar`, with the line of every place in it."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.lines: dict[Location, int] = {}
        self.mistakes: list[Mistake] = []
        self._anchored = False
        self._blank: set[Location] = set()
        self.tree: Any = self._compose(text)

    def _compose(self, text: str) -> object:
        try:
            root = compose_text(text)
        except UnreadableText as error:
            self._add(error.line, error.text)
            return None
        if root is None or (isinstance(root, ScalarNode) and _tag_of(root) == "null"):
            self._add(0, "文件是空的；请补上内容，不需要就删去这个文件")
            return None
        tree = self._walk(root, ())
        # Behind an alias anything may stand: what the model says of it would only mislead.
        return None if self._anchored else tree

    def _add(self, line: int, text: str) -> None:
        self.mistakes.append(Mistake(self.file, line, text))

    def _walk(self, node: Node, place: Location) -> object:
        line = node.start_mark.line + 1
        self.lines.setdefault(place, line)
        if getattr(node, "anchor", None):
            self._anchored = True
            self._add(line, "不要用 YAML 的锚点（&）与引用（*）：读的人要在原处看到全部内容；请把内容照抄一遍")
        if not str(node.tag).startswith("tag:yaml.org,2002:"):
            self._add(line, "不要写 YAML 标签（！…）；文字以感叹号开头时请加引号")
        if isinstance(node, ScalarNode):
            return self._take_scalar(node, place)
        if isinstance(node, SequenceNode):
            return [self._walk(child, (*place, index)) for index, child in enumerate(node.value)]
        assert isinstance(node, MappingNode)
        result: dict[str, object] = {}
        for key_node, value_node in node.value:
            key_line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode):
                self._add(key_line, "键必须是一个词；请写成先键、再半角冒号和空格、后值")
                continue
            key = self._clean(str(key_node.value), key_line)
            before = next(reversed(result), None)
            if node.flow_style and before is not None and _is_cut_off(key_node, value_node):
                text = f"{result[before]},{key}" if isinstance(result[before], str) else f"{before}…,{key}"
                advice = "文字请改用全角逗号「，」或整段加引号，另一个键请补上冒号和值"
                self._add(key_line, f"花括号里的半角逗号把「{text}」断开了；{advice}")
                continue
            if key in result:
                first = self.lines[(*place, key)]
                self._add(key_line, f"键「{key}」写了两次（第 {first} 行已有）；请删去一处")
                continue
            self.lines[(*place, key)] = key_line
            result[key] = self._walk(value_node, (*place, key))
        return result

    def _take_scalar(self, node: ScalarNode, place: Location) -> Scalar | None:
        line = node.start_mark.line + 1
        tag = _tag_of(node)
        if tag != "null":
            return Scalar(self._clean(node.value, line), line, tag)
        if not node.value:
            self._blank.add(place)
            self._add(self.lines[place], f"{_name(place)}后面没有写值；请补上，不需要就整行删去")
        return None

    def _clean(self, text: str, line: int) -> str:
        if found := INVISIBLE.search(text):
            self._add(line, describe_invisible(found[0]))
        return INVISIBLE.sub("?", text)

    def add_misfit(self, detail: ErrorDetails, model: type[BaseModel]) -> None:
        """Note that the document does not fit ``model``, in one sentence at the line it is about."""
        place = self._find_place(detail["loc"])
        # pydantic calls a list too short when its entries do not fit; those have been told already.
        emptied = detail["type"] == "too_short" and bool(detail["input"])
        if place in self._blank or emptied:
            return
        missing = detail["type"] == "missing"
        named = (*place, detail["loc"][-1]) if missing else place
        outer = tuple(key for key in place[:-1] if isinstance(key, str))
        text = describe_error(
            {**detail, "loc": named},
            _known_keys(model, place if missing else place[:-1]),
            _known_keys(model, outer[:-1]) if outer else [],
        )
        self._add(self.line_of(place), text)

    def leave_to_base(self, key: str) -> None:
        """Note that a key is the base's to write, where the file has it, and go on without it."""
        if isinstance(self.tree, dict) and key in self.tree:
            del self.tree[key]
            self._add(self.line_of((key,)), f"「{key}」由上级指标包规定，本级不能改；请删去")

    def _find_place(self, location: Location) -> Location:
        # pydantic adds steps of its own (union members, "[key]") that the file does not have.
        place: Location = ()
        current = self.tree
        for key in location:
            inside = key in current if isinstance(current, dict) else isinstance(current, list) and isinstance(key, int)
            if inside:
                current = current[key]
                place = (*place, key)
        return place

    def line_of(self, place: Location) -> int:
        """The line of ``place``, or of the nearest place around it that the file holds."""
        for length in range(len(place), -1, -1):
            if (line := self.lines.get(place[:length])) is not None:
                return line
        return 1


def parse_document(document: YamlFile, model: type[Model]) -> Model | None:
    """The document as ``model``; None and mistakes on the document when it does not fit."""
    if document.tree is None:
        return None
    try:
        return model.model_validate(document.tree)
    except ValidationError as error:
        for detail in error.errors():
            document.add_misfit(detail, model)
        return None


def salvage_entries(document: YamlFile, key: str, model: type[Model]) -> list[tuple[int, Model]]:
    """Of a list that did not fit as a whole the entries that do, each with its place."""
    entries = document.tree.get(key) if isinstance(document.tree, dict) else None
    found = []
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        try:
            found.append((index, model.model_validate(entry)))
        except ValidationError:
            continue
    return found


def _is_cut_off(key: ScalarNode, value: Node) -> bool:
    """Whether a key of a flow mapping has not even a colon: what stands behind a comma that ended a text."""
    return isinstance(value, ScalarNode) and not value.value and value.start_mark.index == key.end_mark.index


def _tag_of(node: ScalarNode) -> str:
    """What YAML makes of a scalar written without quotes (``float`` for 1.10); empty for any other."""
    return str(node.tag).rsplit(":", 1)[-1] if node.style is None else ""


def _name(place: Location) -> str:
    return f"第 {place[-1] + 1} 项" if place and isinstance(place[-1], int) else f"「{place[-1]}」" if place else "文件"


def _known_keys(model: type[BaseModel], place: Location) -> list[str]:
    """The keys that the model allows at ``place``, for a hint; empty where it cannot be told."""
    current: object = model
    free = False
    for key in place:
        if isinstance(key, int):
            continue
        if free:  # a key of the author's own: a cohort, a column
            free = False
            continue
        fields = getattr(current, "model_fields", {})
        found = fields.get(key) or next((field for field in fields.values() if field.alias == key), None)
        if found is None:
            return []
        free = _is_dict(found.annotation)
        current = _model_in(found.annotation)
    return [] if free else [field.alias or name for name, field in getattr(current, "model_fields", {}).items()]


def _is_dict(annotation: object) -> bool:
    return get_origin(annotation) is dict or any(_is_dict(inner) for inner in get_args(annotation))


def _model_in(annotation: object) -> object:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in get_args(annotation):
        if (found := _model_in(inner)) is not None:
            return found
    return None


class Places:
    """Where the things of a pack stand, so that a mistake found later still has a file and a line."""

    def __init__(self, documents: list[YamlFile], indicators: list[tuple[str, int]]) -> None:
        """``indicators``: of each indicator of the pack the file, and which of those in it."""
        self._documents = {document.file: document for document in documents}
        self._indicators = indicators

    def indicator(self, position: int, *inner: str | int) -> tuple[str, int]:
        """File and line of (a place within) the indicator at ``position`` in the pack."""
        file, index = self._indicators[position]
        return file, self._documents[file].line_of(("indicators", index, *inner))

    def file(self, file: str, *place: str | int) -> tuple[str, int]:
        """File and line of a place in one of the other files."""
        document = self._documents.get(file)
        return file, document.line_of(place) if document else 0
