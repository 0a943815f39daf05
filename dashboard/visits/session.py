"""What a page begins with: who looks, at which workspace, and the newest of everything.

What is read from disk is kept by what it was read from (the run's id, the pack's files), so that several people and the
command line beside them never see a stale page, and nothing has to be told to forget. The ledger is always read anew.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import streamlit as st
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from dashboard.visits.keys import Shell
from dashboard.visits.sessions import COOKIE
from dashboard.visits.shelf import Key, keep_by
from data.backup.audit import read_names
from data.batches import records as batches
from data.batches.received import Received, receive_shared
from data.calendar.office_years import reckon_by_office
from data.clock import office_day, office_now
from data.ledger import logins
from data.ledger.demonstration import is_demo_account
from data.ledger.ledger import Ledger, open_ledger
from data.ledger.logins import Login
from data.ledger.rights.sight import list_scored_units
from data.ledger.rows import UserRow
from data.ledger.users import is_provisional
from data.runs.folder import RunFolder, RunManifest
from data.runs.force import bring_into_force
from data.store.database import is_current, reading
from data.store.database import list_runs as list_run_records
from data.store.held import holding
from data.store.workspace import Workspace, open_workspace, open_workspace_store
from data.trail.events import Head, read_head
from indicators.entries.refusal import Refusal
from indicators.pack.model import Pack
from indicators.reader import load_pack
from scoring.engine.run import Result
from scoring.explain.explanation import Explanation
from scoring.explain.record import explain_item
from scoring.explain.stored import open_explanations
from scoring.explain.values import Values, compare_values
from scoring.results.scores import Scores, read_parts, read_scores, restore_result
from scoring.runs.frozen_pack import read_frozen_pack
from scoring.runs.store import list_runs, open_stored_run, read_inputs, read_run

Given = ParamSpec("Given")


@dataclass(frozen=True)
class Context:
    """The workspace as it stands at this moment. ``runs`` are ids, newest first; ``head`` is the trail's last event.

    ``root`` is its folder and its store as keys name them, and ``batches`` tells how much was ever taken in
    (``count_batches``).
    """

    workspace: Workspace
    pack: Pack
    ledger: Ledger
    runs: tuple[str, ...]
    head: Head
    root: str
    batches: int
    _signs: dict[str, Key] = field(default_factory=dict, compare=False, repr=False)

    def key_run(self, run: str) -> Key:
        """What is read of a stored run is kept by it: its id, and which files lie there at the beginning of a visit."""
        if run not in self._signs:
            self._signs[run] = (self.root, run, _sign_folder(self.workspace.runs_folder / run))
        return self._signs[run]

    def key_ledger(self) -> Key:
        """What is read of the ledger is kept by it: whatever changes there is an event, and the head another one."""
        return (self.root, self.head, self.pack.sha256)

    def sign(self, folder: Path) -> Key:
        """Which files lie in a folder at the beginning of a visit."""
        name = str(folder)
        if name not in self._signs:
            self._signs[name] = _sign_folder(folder)
        return self._signs[name]


def now() -> datetime:
    """This moment, as the office's clock on the wall shows it: what is noted, and what day it is."""
    return office_now()


def today() -> date:
    """The day, as the office counts days."""
    return office_day(now())


def find_root() -> Path:
    """The workspace's folder, as ``ducha serve`` named it."""
    return Path(os.environ.get("DUCHA_WORKSPACE", "workspace"))


def open_context() -> Context:
    """The workspace, its pack and ledger, and its runs. Raises what opening them raises."""
    with visiting() as context:
        return context


@contextmanager
def visiting() -> Iterator[Context]:
    """The same, for one run of a page: all that the block reads of the store goes over one connection."""
    workspace = open_workspace(find_root())
    engine, store = open_store_once(workspace), _sign_store(workspace)
    with holding(engine):
        with reading(engine) as connection:
            head, number, current = read_head(connection), batches.read_batch_count(connection), is_current(connection)
        if take_rules(workspace, head, store) or take_shared(workspace, head, store):
            with reading(engine) as connection:
                head, number = read_head(connection), batches.read_batch_count(connection)
        if not current:
            # A newer version of the program was at it meanwhile: this one writes nothing any more.
            open_workspace_store(workspace)
        pack, ledger = _open_parts(workspace, head)
        # A run that is stored is an event too; its folder may go at any moment.
        records = keep_by((*store, head, "runs"), lambda: list_run_records(engine))
        runs = tuple(reversed(list_runs(workspace, records)))
        yield Context(workspace, pack, ledger, runs, head, " ".join(store), number)


def take_rules(workspace: Workspace, head: Head, store: Key) -> tuple[str, ...]:
    """The names of the approved rules that have come into force just now; looked at once for each event and day.

    Where they cannot, pages go on with the former ones, and scoring says why it refuses.
    """

    def take() -> tuple[str, ...]:
        with suppress(Refusal):
            return bring_into_force(workspace, now=now())
        return ()

    return keep_by((*store, head, today(), "rules in force"), take)


def take_shared(workspace: Workspace, head: Head, store: Key) -> tuple[Received, ...]:
    """What a companion takes over of its host's reports just now; looked at once for each event here or there.

    Where it cannot, pages go on without, and scoring says why it refuses.
    """
    if workspace.host is None:
        return ()
    there: Head | None = None
    with suppress(Refusal, SQLAlchemyError), reading(open_store_once(workspace.host)) as connection:
        there = read_head(connection)

    def take() -> tuple[Received, ...]:
        with suppress(Refusal, SQLAlchemyError):
            return receive_shared(workspace, open_pack(workspace), now=now())
        return ()

    return keep_by((*store, head, *_sign_store(workspace.host), there, "shared"), take)


def open_pack(workspace: Workspace) -> Pack:
    """The pack in use, read once for as long as its files are the same."""
    return keep_by((_sign_folder(workspace.pack_folder), "pack"), lambda: load_pack(workspace.pack_folder))


def open_own_store() -> Engine:
    """The store alone, for what only asks who it is. Raises what opening it raises."""
    return open_store_once(open_workspace(find_root()))


def open_store_once(workspace: Workspace) -> Engine:
    # One for all visits: it keeps the statements that it has compiled, and is brought up to date once.
    return keep_by((*_sign_store(workspace), "store"), lambda: open_workspace_store(workspace))


def _open_parts(workspace: Workspace, head: Head) -> tuple[Pack, Ledger]:
    store = _sign_store(workspace)
    pack = open_pack(workspace)
    ledger = keep_by((*store, pack.sha256, "ledger"), lambda: open_ledger(workspace, pack))
    # The office may import a year of its calendar at any moment, which is an event.
    key = *store, pack.sha256, head, "calendar"
    reckoned = keep_by(key, lambda: reckon_by_office(pack, ledger.engine))
    if reckoned is pack:
        return pack, ledger
    own = keep_by((*store, *sign_pack(reckoned)), lambda: replace(ledger, pack=reckoned))
    return own.pack, own


def sign_pack(pack: Pack) -> tuple[str, str]:
    """What a pack is known by, and the calendar that it is reckoned by."""
    return pack.sha256, pack.calendar.hash()


def begin_visit(context: Context, actor: UserRow) -> None:
    """Keep what app.py opened at the beginning of this run, for the page that it shows."""
    st.session_state[Shell.VISIT] = (context, actor)


def current_visit() -> tuple[Context, UserRow]:
    """The workspace at the beginning of this run, and the row of the person who is logged in.

    Only pages call it, and app.py shows no page to anybody else.
    """
    found: tuple[Context, UserRow] = st.session_state[Shell.VISIT]
    return found


def fragment(show: Callable[Given, None]) -> Callable[Given, None]:
    """A part of a page that is made anew alone: it asks for the login and its rights itself, each time.

    It runs without app.py. Where the login has ended, or another is at the page, all of the page is made anew.
    """
    return _check_fragment(show, None)


def refreshed(seconds: float) -> Callable[[Callable[Given, None]], Callable[Given, None]]:
    """The same, of a part that the browser asks for again every so many seconds as long as it stands on the page."""
    return lambda show: _check_fragment(show, seconds)


def _check_fragment(show: Callable[Given, None], every: float | None) -> Callable[Given, None]:
    @st.fragment(run_every=every)
    @wraps(show)
    def checked(*given: Given.args, **named: Given.kwargs) -> None:
        with visiting() as context:
            login = find_own_login(context)
            if login is None or login.id != st.session_state.get(Shell.IDENTITY):
                st.rerun()
            else:
                begin_visit(context, login.user)
                show(*given, **named)

    return checked


def find_own_login(context: Context) -> Login | None:
    """The login of this visit: the one that began in it, or else that of the cookie that it came with."""
    id = str(st.session_state.get(Shell.LOGIN) or "")
    return find_login(context.ledger.engine, id=id, token="" if id else find_token())


def find_newcomer(context: Context) -> Login | None:
    """The login of this visit where its password is one that somebody else has set: good for changing it alone."""
    id = str(st.session_state.get(Shell.LOGIN) or "")
    return find_login(context.ledger.engine, id=id, token="" if id else find_token(), newcomer=True)


def find_login(
    engine: Engine, *, id: str = "", token: str = "", touch: bool = True, newcomer: bool = False
) -> Login | None:
    """A login that holds, with the row of its person as it stands now; None if there is none, or it ended.

    The accounts of a demonstration have none where the data are not all made up, and nobody has one as long as the
    password is known to who has set it: that is only found if ``newcomer``, and then no other is.
    """
    if not id and not token:
        return None
    with holding(engine):
        login = logins.find_login(engine, now(), id=id, token=token, touch=touch)
        if login is None:
            return None
        with reading(engine) as connection:
            shut = is_demo_account(login.user.id) and not batches.is_demo(connection)
            return login if not shut and is_provisional(connection, login.user.id) == newcomer else None


def find_token() -> str:
    """What the browser came with as its cookie."""
    return str(st.context.cookies.get(COOKIE) or "")


def read_run_folder(context: Context, run: str) -> RunFolder:
    """A stored run, checked against the trail; its files are checked as they are read. Raises RunNotFound, RunChanged.

    Kept, for runs are never changed. Where a file of it is another one all the same, all is looked at again.
    """
    return keep_by((*context.key_run(run), "folder"), lambda: open_stored_run(context.workspace, run))


def read_run_manifest(context: Context, run: str) -> RunManifest:
    """What went into a run. Raises RunNotFound and RunChanged."""
    return read_run_folder(context, run).manifest


def read_run_pack(context: Context, run: str) -> Pack:
    """The pack that a run was scored by."""
    folder = read_run_folder(context, run)
    known = folder.manifest["pack"]["sha256"]
    key = context.root, known, context.sign(context.workspace.packs_folder / known[:16]), "pack of run"
    return keep_by(key, lambda: read_frozen_pack(context.workspace, folder), "large")


def read_run_scores(context: Context, run: str) -> Scores:
    """The whole of a run: for means and ranks. What a page shows of single units passes :func:`list_visible_units`."""
    folder, pack = read_run_folder(context, run), read_run_pack(context, run)
    return keep_by((*context.key_run(run), "scores"), lambda: read_scores(folder, pack), "large")


def read_cohort_scores(context: Context, run: str, cohort: str) -> Scores:
    """One cohort of a run, whole."""
    key = *context.key_run(run), cohort, "scores"
    return keep_by(key, lambda: read_run_scores(context, run).of_cohort(cohort), "large")


def read_run_result(context: Context, run: str) -> Result:
    """Parts and items of a run as the engine had them."""
    folder, pack, scores = read_run_folder(context, run), read_run_pack(context, run), read_run_scores(context, run)
    return keep_by((*context.key_run(run), "result"), lambda: restore_result(folder, pack, scores), "large")


def list_visible_units(actor: UserRow) -> frozenset[str] | None:
    """The units whose scores this person may see; None for all."""
    return list_scored_units(actor)


def explain(context: Context, actor: UserRow, run: str, cohort: str, unit: str, indicator: str) -> Explanation | None:
    """The record ``explain.v1`` of one item; None where the person may not see the unit. Raises RunDiffers."""
    visible = list_visible_units(actor)
    if visible is not None and unit not in visible:
        return None
    key = *context.key_run(run), cohort, unit
    stored = keep_by((*key, "records"), lambda: _read_stored(context, run, cohort, unit))
    if indicator in stored:
        return stored[indicator]
    # A run of an earlier version has no records: the item is explained anew.
    return keep_by((*key, indicator), lambda: _explain(context, run, cohort, unit, indicator))


def _read_stored(context: Context, run: str, cohort: str, unit: str) -> dict[str, Explanation]:
    folder = read_run_folder(context, run)
    stored = open_explanations(folder.path, folder)
    found = stored.read_unit(cohort, unit) if stored is not None else []
    return {record.indicator: record for record in found}


def read_people(context: Context) -> dict[str, str]:
    """The names of people, units and indicators, as the trail calls them (``read_names``)."""
    return keep_by((*context.key_ledger(), "names"), lambda: read_names(context.ledger))


def compare_run_values(context: Context, pack: Pack, scores: Scores, cohort: str, indicator: str) -> Values:
    """The figures of an indicator for all units of a cohort, and a mean. For those who may see all units."""
    folder = read_run_folder(context, scores.run)
    key = context.key_run(scores.run)
    parts = keep_by((*key, "parts"), lambda: read_parts(folder), "large")
    return keep_by((*key, cohort, indicator, "values"), lambda: compare_values(pack, parts, scores, indicator))


def _explain(context: Context, run: str, cohort: str, unit: str, indicator: str) -> Explanation:
    pack, inputs = keep_by(
        (*context.key_run(run), "inputs"),
        lambda: read_inputs(context.workspace, read_run(context.workspace, run)),
        "large",
    )
    with st.spinner("正在取数…"):
        found = explain_item(pack, inputs, read_run_result(context, run), cohort, unit, indicator, run_id=run)
    return Explanation.model_validate(found)


def is_demo(context: Context) -> bool:
    """Whether the workspace holds made-up data alone: only then are there demo accounts."""

    def look() -> bool:
        with reading(context.ledger.engine) as connection:
            return batches.is_demo(connection)

    return keep_by((context.root, context.batches, "demo"), look)


def _sign_folder(folder: Path) -> Key:
    """The folder's files with what tells one from another: another pack, or a changed one, has another signature."""
    return (str(folder), *sorted(_sign_files(folder)))


def _sign_files(folder: Path | str) -> Iterator[Key]:
    # Of what is not there whoever reads it says so.
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _sign_files(entry.path)
                continue
            with suppress(FileNotFoundError):
                found = entry.stat()
                yield (entry.path, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def _sign_store(workspace: Workspace) -> tuple[str, str]:
    """Which store it is: another file in its place (a backup put back) is another store."""
    path = workspace.database_path
    found = path.stat() if path.exists() else None
    return (str(workspace.root.resolve()), workspace.store_url or (f"{found.st_dev} {found.st_ino}" if found else ""))
