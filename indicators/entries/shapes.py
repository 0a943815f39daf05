"""What may stand at a place of a pack, as its models say: a value, a word of a closed set, a list, an entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator

from indicators.entries.amounts import Besides, Quantity
from indicators.entries.labels import list_labels
from indicators.entries.one_of import OneOf
from indicators.entries.word_labels import label_choice


@dataclass(frozen=True)
class Shape:
    """``words`` is the closed set that a single value is of; a list has ``items``, a table of keys ``values``, an
    entry its ``model`` or, where it may be one of several, ``several`` of no common key. A place may take several of
    these forms; one that is none of them takes any value."""

    scalar: bool = False
    #: Whether the single value is a number.
    number: bool = False
    words: tuple[str, ...] = ()
    #: What people call the words, in their order.
    labels: tuple[str, ...] = ()
    #: A word that may stand in place of a number, and what people call it.
    besides: Besides | None = None
    items: Shape | None = None
    values: Shape | None = None
    model: type[BaseModel] | None = None
    several: tuple[type[BaseModel], ...] = ()

    @property
    def forms(self) -> int:
        """How many different forms what stands here may have."""
        entry = self.model is not None or bool(self.several)
        return sum((self.scalar, self.items is not None, self.values is not None, entry))

    def name_word(self, word: str) -> str:
        """What people call a word of the closed set; any other text is itself."""
        if self.besides is not None and word == self.besides.word:
            return self.besides.label
        return self.labels[self.words.index(word)] if word in self.words else word

    def find_word(self, text: str) -> str:
        """The word that is called so; any other text is itself."""
        if self.besides is not None and text == self.besides.label:
            return self.besides.word
        return self.words[self.labels.index(text)] if text in self.labels else text


class FieldShape(NamedTuple):
    """A field of a model: its key in YAML, what people call it, what may stand there."""

    key: str
    label: str
    shape: Shape
    required: bool
    #: Whether it is not there at all unless it is written.
    optional: bool


def find_shape(annotation: object, key: str) -> Shape:
    """The shape of a type at a key, at any depth; a choice between several entries has none of their models."""
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _widen(find_shape(args[0], key), args[1:])
    if origin in (Union, UnionType):
        return _join([find_shape(each, key) for each in args if each is not NoneType])
    if origin is Literal:
        return name_words(key, tuple(str(word) for word in args))
    if origin in (tuple, list):
        return Shape(items=find_shape(args[0], key))
    if origin is dict:
        return Shape(values=find_shape(args[1], key))
    if annotation is bool:
        return name_words(key, ("true", "false"))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return Shape(model=annotation)
    return Shape(scalar=True, number=annotation in (int, Decimal, Quantity))


def _widen(shape: Shape, metadata: Iterable[object]) -> Shape:
    """An entry that a validator makes of something shorter may stand there as a value or a list, too."""
    if found := next((each for each in metadata if isinstance(each, Besides)), None):
        return replace(shape, besides=found)
    if shape.model is None or not any(isinstance(each, BeforeValidator) for each in metadata):
        return shape
    return replace(shape, scalar=True, items=shape.items or Shape(scalar=True))


def name_words(key: str, words: tuple[str, ...]) -> Shape:
    """A closed set of words, called as people call them at that key."""
    return Shape(scalar=True, words=words, labels=tuple(label_choice(key, word) for word in words))


def _join(shapes: list[Shape]) -> Shape:
    scalars = [shape for shape in shapes if shape.scalar]
    closed = all(shape.words for shape in scalars)
    models = tuple(dict.fromkeys(shape.model for shape in shapes if shape.model is not None))
    return Shape(
        scalar=bool(scalars),
        number=any(shape.number for shape in scalars),
        words=tuple(word for shape in scalars for word in shape.words) if closed else (),
        labels=tuple(label for shape in scalars for label in shape.labels) if closed else (),
        besides=next((shape.besides for shape in scalars if shape.besides is not None), None),
        items=next((shape.items for shape in shapes if shape.items is not None), None),
        values=next((shape.values for shape in shapes if shape.values is not None), None),
        model=models[0] if len(models) == 1 else None,
        several=models if len(models) > 1 else (),
    )


@cache
def list_fields(model: type[BaseModel]) -> tuple[FieldShape, ...]:
    """The fields of a model, in its order."""
    labels = dict(list_labels(model))
    return tuple(_list_fields(model, labels))


def _list_fields(model: type[BaseModel], labels: dict[str, str]) -> Iterator[FieldShape]:
    for name, field in model.model_fields.items():
        key = field.alias or name
        shape = _widen(find_shape(field.annotation, key), field.metadata)
        title = getattr(shape.model, "title", None) if issubclass(model, OneOf) else None
        label = title if isinstance(title, str) else labels[key]
        optional = not field.is_required() and field.get_default(call_default_factory=True) is None
        yield FieldShape(key, label, shape, field.is_required(), optional)
