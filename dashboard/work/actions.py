"""What can be done next with an object: the actions that are open to this person, their fields, and what was refused.

Whether something may be done is decided by ``data.ledger``; here it is only asked. A refusal stands beside the
button and leaves everything typed where it is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard.pieces.fields import ChosenEvidence, FieldContext, ask_fields, moment, store_files
from dashboard.pieces.parts import ShownColumn, show_table
from dashboard.pieces.scoring_refusals import score_or_say
from dashboard.sitemap import PLACES
from dashboard.visits.session import Context, read_people
from dashboard.visits.work_keys import Doing
from dashboard.work.objects import say_value
from data.ledger.fields import name_field
from data.ledger.machines import MACHINES
from data.ledger.machines.machine import Transition
from data.ledger.merging import FieldDifference, list_differences, merge_sides
from data.ledger.possible import list_possible, refuse_new
from data.ledger.reading import read_visible
from data.ledger.rights.deeds import describe_deed
from data.ledger.rows import LedgerRow, UserRow
from data.ledger.transitions import apply_transition
from data.store.database import reading
from data.trail.refusals import RefusedAction, StaleSave
from scoring.office.decisions import attach_run


@dataclass(frozen=True)
class Start:
    """A new object that can be begun from another one: an appeal against a finding, a rectification of it."""

    kind: str
    action: str
    about: dict[str, object]

    @property
    def transition(self) -> Transition:
        """The row of the table that makes the new object."""
        found = MACHINES[self.kind].find(None, self.action)
        assert found is not None
        return found


def stop_others(actor: UserRow, file: str) -> None:
    """End the page here, in words, for a person whose menu does not have it."""
    place = next(place for place in PLACES if place.file == file)
    if not place.roles & set(actor.roles):
        st.info(f"「{place.title}」不是给您的角色用的，请从左边的菜单选别的页面。")
        st.stop()


def tell(sentence: str) -> None:
    """Say a sentence on the next run of the page, after what was done."""
    st.session_state[Doing.TOLD] = sentence


def show_told() -> None:
    """What was done by the click before, once."""
    if sentence := st.session_state.pop(Doing.TOLD, ""):
        st.success(sentence)


def remember_seen(kind: str, row: LedgerRow) -> int:
    """The version of an object that the person has before the eyes: what it was when the page showed it first."""
    opened = (kind, row.id)
    if st.session_state.get(Doing.OPENED) != opened:
        st.session_state[Doing.OPENED] = opened
        st.session_state[Doing.SEEN] = row.version
        st.session_state[Doing.SEEN_AT] = _name_standing(row)
        st.session_state.pop(Doing.STALE, None)
    return int(st.session_state[Doing.SEEN])


def _name_standing(row: LedgerRow) -> tuple[object, ...]:
    """What tells one step of an object from the next; two within a second differ in state or version at least."""
    return row.version, row.state, row.updated_at


def show_meanwhile(context: Context, actor: UserRow) -> None:
    """Who comes second is told who did what with the object that is open; one's own deeds one knows."""
    opened = st.session_state.get(Doing.OPENED)
    if opened is None:
        return
    kind, id = opened
    try:
        row = read_visible(context.ledger, actor.id, kind, id)
    except RefusedAction:
        return
    # A county is told by no names of the office's people: its row does not say whose the last step was.
    by = row.get("updated_by")
    seen_at, st.session_state[Doing.SEEN_AT] = st.session_state[Doing.SEEN_AT], _name_standing(row)
    if by == actor.id or seen_at == st.session_state[Doing.SEEN_AT]:
        return
    machine, deed = MACHINES[kind], "已有变动" if by is None else None
    if by is not None:
        with reading(context.ledger.engine) as connection:
            deed = describe_deed(connection, kind, row, actor)
    if deed is not None:
        st.warning(f"您打开以后，{machine.noun} {id}：{deed}，现在是「{machine.state(row['state']).word}」。")


def show_actions(context: Context, actor: UserRow, kind: str, row: LedgerRow, starts: Sequence[Start] = ()) -> None:
    """Everything that this person can do with the object now."""
    seen = remember_seen(kind, row)
    if Doing.STALE in st.session_state:
        show_stale(context, actor, kind, row.id)
        return
    show_meanwhile(context, actor)
    possible = list_possible(context.ledger, actor.id, kind, row.id, moment())
    offered: dict[str, tuple[Transition, Start | None]] = {
        each.action: (each.transition, None)
        # What goes on comes before what goes back and needs a reason.
        for each in sorted(possible, key=lambda each: each.transition.needs_reason)
        if each.blocked is None and each.action != "set_password"
    }
    blocked = [each.blocked for each in possible if each.blocked is not None]
    for start in starts:
        sentence = refuse_new(context.ledger, actor.id, start.kind, start.action, start.about, moment())
        if sentence is None:
            offered[f"{start.kind}.{start.action}"] = (start.transition, start)
    words = {name: _say_action(transition, start) for name, (transition, start) in offered.items()}
    if not offered:
        st.caption("现在没有轮到您办的事。" + ("" if not blocked else f"{blocked[0]}。"))
        return
    prefix = f"do_{kind}_{row.id}_{row.state}_{seen}"
    with st.container(border=True):
        name = st.radio(
            "办理", list(words), format_func=lambda each: words[each], horizontal=True, key=f"{prefix}_{Doing.ACTION}"
        )
        _show_form(context, actor, kind, row, seen, *offered[name], f"{prefix}_{name}")
        for sentence in dict.fromkeys(blocked):
            st.caption(f"不能办的：{sentence}")


def _say_action(transition: Transition, start: Start | None) -> str:
    return transition.verb if start is None else f"{transition.verb}{MACHINES[start.kind].noun}"


def _show_form(
    context: Context,
    actor: UserRow,
    kind: str,
    row: LedgerRow,
    seen: int,
    transition: Transition,
    start: Start | None,
    prefix: str,
) -> None:
    about: Mapping[str, object] = row if start is None else {**{"unit": row.get("unit")}, **start.about}
    desk = FieldContext(context, actor, start.kind if start else kind, about, prefix)
    names = [name for name in transition.sets if start is None or name not in start.about]
    if transition.action == "attach_run":
        names = []
        st.caption("用现在的数据和认定重新评分，把与最近一次评分运行之差附在决定上。")
    given = ask_fields(desk, names, transition.needs)
    reason = None
    if transition.needs_reason:
        reason = st.text_area("理由（必填）", key=f"{prefix}_{Doing.REASON}", height=80)
    if not st.button(_say_action(transition, start), key=f"{prefix}_{Doing.SUBMIT}", type="primary"):
        return
    if transition.action == "attach_run":
        _attach_run(context, actor, row.id)
        return
    _submit(
        desk, row, seen, transition, start, _drop_unchanged(given, about if start is None else {}, transition), reason
    )


def _submit(
    desk: FieldContext,
    row: LedgerRow,
    seen: int,
    transition: Transition,
    start: Start | None,
    given: dict[str, object],
    reason: str | None,
) -> None:
    """Do what the form asks, and say what came of it; a stale save is kept for both versions to be shown."""
    entered = given
    try:
        entered = store_files(desk, given)
        done = apply_transition(
            desk.context.ledger,
            desk.actor.id,
            desk.kind,
            None if start else row.id,
            transition.action,
            {**(start.about if start else {}), **entered},
            base_version=None if start else seen,
            reason=reason,
            now=moment(),
        )
    except StaleSave as stale:
        st.session_state[Doing.STALE] = (stale, entered, transition.action, reason)
        st.rerun()
    except RefusedAction as refused:
        st.error(refused.sentence)
        return
    if start is None:
        st.session_state[Doing.SEEN] = done.version
    machine = MACHINES[desk.kind]
    word = _say_action(transition, start)
    tell(f"已{word}：{machine.noun} {done.id} 现在是「{machine.state(done.state).word}」。")
    st.rerun()


def _attach_run(context: Context, actor: UserRow, appeal: str) -> None:
    """Nobody types what a decision changed: it is computed."""
    done = score_or_say(lambda: attach_run(context.workspace, context.ledger, actor.id, appeal, now=moment()))
    if done is None:
        return
    st.session_state[Doing.SEEN] = done.appeal.version
    tell(f"已重新评分，决定前后的得分附在复核申请 {appeal} 上。")
    st.rerun()


def _drop_unchanged(given: dict[str, object], row: Mapping[str, object], transition: Transition) -> dict[str, object]:
    """What needs not be entered and was left as it was is not sent: it may be out of reach of this person."""
    return {
        name: value
        for name, value in given.items()
        if name in transition.needs or _plain(value) != (row.get(name) or None)
    }


def _plain(value: object) -> object:
    if isinstance(value, ChosenEvidence):
        return value if value.files else value.chosen or None
    return value or None


def _do_nothing(row: LedgerRow) -> None:
    """The page reads the object anew by itself."""


def show_stale(
    context: Context, actor: UserRow, kind: str, id: str, done_with: Callable[[LedgerRow], None] = _do_nothing
) -> None:
    """Both versions side by side; what is chosen of each field is saved as a new version.

    ``done_with`` is told how the object then stands.
    """
    stale, mine, _, _ = st.session_state[Doing.STALE]
    st.warning(f"{stale.sentence}。")
    differences = list_differences(kind, stale, mine)
    choices = _choose_sides(context, actor, kind, id, stale, differences)
    _show_kept(context, kind, stale, {each.field for each in differences})
    keep, leave = st.columns(2)
    word = "存为新的一版" if differences else "看过了，照新的内容办理"
    if keep.button(word, key=Doing.MERGE, type="primary", width="stretch"):
        _save_merged(context, actor, kind, id, merge_sides(mine, differences, choices), done_with)
    if leave.button("不存我写的，只看新的内容", key=Doing.GIVE_UP, width="stretch"):
        st.session_state.pop(Doing.STALE)
        st.session_state[Doing.SEEN] = stale.current["version"]
        done_with(stale.current)
        st.rerun()


def _choose_sides(
    context: Context, actor: UserRow, kind: str, id: str, stale: StaleSave, differences: Sequence[FieldDifference]
) -> dict[str, Any]:
    """Each field that differs, in three versions, and which of them a person takes."""
    choices: dict[str, object] = {}
    # The same person may write in two windows.
    by = str(stale.current.get("updated_by") or "")
    own = by == actor.id
    sides = {"mine": "用这里写的", "theirs": "用另一处写的"} if own else {"mine": "用我写的", "theirs": "用对方写的"}
    now_from = "您在另一处写的" if own else f"{_name_person(context, by)}写的" if by else "对方写的"
    for each in differences:
        words = "两边都改了" if each.conflict else "只有另一边改了" if each.proposal == "theirs" else "只有您改了"
        show_table(
            [
                ShownColumn(f"原来的（第 {stale.base['version']} 版）"),
                ShownColumn("您这里写的"),
                ShownColumn(f"现在的（第 {stale.current['version']} 版，{now_from}）"),
            ],
            [[say_value(context, kind, each.field, value) for value in (each.base, each.mine, each.theirs)]],
            caption=f"「{each.title}」：{words}",
        )
        choices[each.field] = st.radio(
            f"「{each.title}」用哪一个",
            ["mine", "theirs"],
            index=["mine", "theirs"].index(each.proposal),
            format_func=sides.__getitem__,
            horizontal=True,
            key=f"{Doing.SIDE}_{id}_{each.field}",
        )
    return choices


def _save_merged(
    context: Context,
    actor: UserRow,
    kind: str,
    id: str,
    merged: dict[str, object],
    done_with: Callable[[LedgerRow], None],
) -> None:
    stale, _, action, reason = st.session_state[Doing.STALE]
    try:
        done = apply_transition(
            context.ledger,
            actor.id,
            kind,
            id,
            action,
            merged,
            base_version=stale.current["version"],
            reason=reason,
            now=moment(),
        )
    except StaleSave as again:
        st.session_state[Doing.STALE] = (again, merged, action, reason)
        st.rerun()
    except RefusedAction as refused:
        st.error(refused.sentence)
        return
    st.session_state.pop(Doing.STALE)
    st.session_state[Doing.SEEN] = done.version
    done_with(done)
    tell(f"已存为第 {done.version} 版。")
    st.rerun()


def _name_person(context: Context, id: str) -> str:
    return read_people(context).get(id, id)


def _show_kept(context: Context, kind: str, stale: StaleSave, asked: Collection[str]) -> None:
    """What else is another now than what the person saw, and stays as it is whatever is chosen of the rest."""
    rows = [
        [name_field(kind, name), *(say_value(context, kind, name, row[name]) for row in (stale.base, stale.current))]
        for name in stale.differing
        if name not in asked
    ]
    if stale.base["state"] != stale.current["state"]:
        rows.insert(0, ["状态", *(MACHINES[kind].state(str(row["state"])).word for row in (stale.base, stale.current))])
    if rows:
        caption = "另一边还改了下面这些，会照新的保留" if asked else "另一边改了什么"
        show_table([ShownColumn("项目"), ShownColumn("您看到的"), ShownColumn("现在的")], rows, caption=caption)
