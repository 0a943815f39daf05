"""Files made in a process of their own (``data/apart/``), which gives back what laying out and typesetting take.

The process reads the run's own files, by their hashes, and asks no store: what the ledger says is sent along.
"""

from __future__ import annotations

import base64
import importlib
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

from data.apart.process import Child, ChildLimits, Reason, Stopped
from data.batches.records import Inputs
from data.forms.kits import Kit
from data.intake.self_marks import list_self_marks
from data.runs.folder import RunFolder
from data.store.workspace import Workspace
from data.trail.refusals import RefusedAction
from indicators.entries.refusal import Refusal
from indicators.pack.model import Pack
from scoring.base.amounts import write_printed
from scoring.documents.export import DocumentKind, Exporter, Format, Subject, list_subjects
from scoring.documents.feedback import Rectification
from scoring.documents.glyphs import list_glyphs
from scoring.documents.view import RunView, open_found_view
from scoring.runs.cut import Format as CutFormat
from scoring.runs.cut import cut_run
from scoring.runs.store import open_run

Answer = TypeVar("Answer")
P = ParamSpec("P")

#: For one file: a register of some hundred pages takes seconds.
FOR_A_FILE = ChildLimits(seconds=120, memory=2 * 1024**3, answer=512 * 1024**2)
_ADVICE: dict[Reason, str] = {
    "slow": "请再试一次；还是这样，请技术人员在服务器上用 ducha sheet 做",
    "large": "请换一种形式，或者请技术人员在服务器上用 ducha sheet 做",
    "died": "请再试一次；还是这样，请告诉技术人员",
    "crowded": "其他功能不受影响",
}


class NotMade(Refusal):
    """A file that was asked for and not made, for what the making of it took. Nothing else suffers from it."""

    def __init__(self, stopped: Stopped) -> None:
        self.reason = stopped.reason
        super().__init__(f"文件没有做成：{stopped}；{_ADVICE[stopped.reason]}")


@dataclass(frozen=True)
class Material:
    """What documents of a run are made of: its folder, the earlier run, and what store and ledger know beside them."""

    workspace: Workspace
    run: RunFolder
    earlier: RunFolder | None = None
    trail: str = ""
    newer: str = ""
    disputed: frozenset[tuple[str, str]] = frozenset()
    self_marks: Inputs | None = None
    rectifications: dict[str, list[Rectification]] | None = None


@dataclass(frozen=True)
class Made:
    """A file: its name, and its content in base64."""

    name: str
    content: str


@dataclass
class _Desk:
    """What a child holds that makes documents."""

    view: RunView
    exporter: Exporter
    #: Nothing is closed before the process ends.
    open: ExitStack


class SheetMaker:
    """Makes one document after another of the same run; to be used as a context."""

    def __init__(self, material: Material) -> None:
        self._child = Child(FOR_A_FILE, begin_making, material)

    def __enter__(self) -> SheetMaker:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.__exit__()

    def list_subjects(self, kind: DocumentKind, cohort: str | None, unit: str | None) -> list[Subject]:
        """What there is to make. Raises RefusedAction where the run has no such unit or group, and NotMade."""
        return _ask(self._child, list_asked, kind, cohort, unit)

    def make(self, subject: Subject, form: Format) -> tuple[str, bytes]:
        """As ``Exporter.make``, and the same bytes. Raises NotMade besides."""
        made = _ask(self._child, make_one, subject, form)
        return made.name, base64.b64decode(made.content)


def cut_run_apart(run: RunFolder, format: CutFormat, unit: str) -> bytes:
    """As ``cut_run``. Raises NotMade besides."""
    with Child(FOR_A_FILE, begin_anything) as child:
        return base64.b64decode(_ask(child, cut_one, run, format, unit))


def write_form_apart(pack: Pack, kit: Kit, *, fictional: bool) -> bytes:
    """As ``Kit.write``. Raises NotMade besides."""
    with Child(FOR_A_FILE, begin_anything) as child:
        return base64.b64decode(_ask(child, write_one, pack, kit, fictional))


def _ask(child: Child, function: Callable[Concatenate[Any, P], Answer], *args: P.args, **kwargs: P.kwargs) -> Answer:
    try:
        return child.ask(function, *args, **kwargs)
    except Stopped as stopped:
        raise NotMade(stopped) from stopped


def make_ready() -> None:
    """Read which characters the typefaces have, and load what is loaded late: a tenth of a second of each child's.

    Neither the typesetter nor the engine of tables is started here: they have threads, and what has threads cannot be
    forked.
    """
    list_glyphs()
    importlib.import_module("pyarrow.dataset")


def begin_anything() -> str:
    """What a child holds that needs nothing but what it is sent."""
    return "ready"


def begin_making(material: Material) -> _Desk:
    """Open what the documents are made of, within the limits of the first question."""
    open_ = ExitStack()
    view = open_.enter_context(
        open_found_view(
            material.workspace,
            open_run(material.run),
            material.earlier,
            trail=material.trail,
            disputed=material.disputed,
            newer=material.newer,
        )
    )
    own = list_self_marks(material.self_marks, view.year) if material.self_marks is not None else {}
    marks = {key: write_printed(each, view.pack.head.precision) for key, each in own.items()}
    lines = material.rectifications
    rectify = None if lines is None else (lambda unit: lines.get(unit, []))
    return _Desk(view, Exporter(view, self_marks=marks, rectify=rectify), open_)


def list_asked(desk: _Desk, kind: DocumentKind, cohort: str | None, unit: str | None) -> list[Subject]:
    """What is asked for, in the child. Raises RefusedAction for what is not there."""
    totals = desk.view.totals
    known = {row.unit for rows in totals.values() for row in rows}
    if (unit is not None and unit not in known) or cohort not in (None, *totals):
        raise RefusedAction("这次评分里没有这个单位或考核组")
    return list_subjects(desk.view, [kind], cohort, unit)


def make_one(desk: _Desk, subject: Subject, form: Format) -> Made:
    """One document, in the child. Raises MissingGlyphs."""
    name, content = desk.exporter.make(subject, form)
    return Made(name, base64.b64encode(content).decode("ascii"))


def cut_one(held: str, run: RunFolder, format: CutFormat, unit: str) -> str:
    """One unit's part of a run in base64, in the child."""
    return base64.b64encode(cut_run(run, format, unit)).decode("ascii")


def write_one(held: str, pack: Pack, kit: Kit, fictional: bool) -> str:
    """A workbook of forms in base64, in the child."""
    return base64.b64encode(kit.write(pack, fictional=fictional)).decode("ascii")
