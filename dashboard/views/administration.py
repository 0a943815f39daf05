"""系统管理: people, roles and passwords; backups; the pack that is used."""

from __future__ import annotations

import streamlit as st

from dashboard.accounts.logins import show_logins
from dashboard.pieces.fields import moment, name_unit
from dashboard.pieces.parts import Cell, ShownColumn, keep_line, say_size, show_table
from dashboard.visits.admission import ADMISSION, busy
from dashboard.visits.session import current_visit
from dashboard.visits.work_keys import Administration, Doing
from dashboard.work.actions import show_actions, show_told, stop_others, tell
from dashboard.work.new_objects import show_new_user
from dashboard.work.objects import show_history
from data.backup.kept import BACKUPS, check_kept, keep_backup, list_backups
from data.clock import office_time
from data.ledger.machines import USER
from data.ledger.reading import list_visible
from data.ledger.rights.roles import ROLES
from data.ledger.rows import UserRow
from data.ledger.users import list_locks, set_password
from data.signing.place import find_key, find_trusted
from data.trail.refusals import RefusedAction
from indicators.entries.refusal import Refusal

context, actor = current_visit()
stop_others(actor, "administration.py")
ledger = context.ledger


def show_users() -> None:
    """Who there is, and what can be done about an account."""
    rows = list_visible(ledger, actor.id, UserRow)
    locks = list_locks(ledger, actor.id, moment())
    names = ("用户名", "姓名", "人员编号", "角色", "单位", "账号")
    cells: list[list[Cell]] = []
    for row in rows:
        state = USER.state(row.state).word
        if row.id in locks:
            state += f"，连续输错密码，锁定到 {office_time(locks[row.id]):%H:%M}"
        roles = "、".join(ROLES[role] for role in row.roles)
        unit = name_unit(context, row.unit)
        cells.append([keep_line(row.id), row.name, row.person or "", roles, unit, state])
    show_table([ShownColumn(name) for name in names], cells)
    st.caption(
        "人员编号填工号，或者姓名加单位。同一个人有几个账号的，填成一样；没有填的，姓名相同就按同一个人算："
        "一个人不能用另一个账号复核、批准自己办的事。"
    )
    ids = [row.id for row in rows]
    titles = {row.id: f"{row.id} {row.name}" for row in rows}
    id = st.selectbox("打开账号", ids, key=Administration.CHOSEN, format_func=titles.__getitem__)
    row = next(each for each in rows if each.id == id)
    st.caption("停用后不能登录，正在用的会话立即结束；启用后照旧。密码输错 5 次锁定 15 分钟，设置新密码即解锁。")
    st.caption("自己的角色、姓名、单位和人员编号由另一位系统管理员修改；最后一位系统管理员不能停用。")
    show_actions(context, actor, "user", row)
    show_logins(context, id)
    if row.state == "active":
        show_password(id)
    show_history(context, actor, "user", id)


def show_password(id: str) -> None:
    """A new password for somebody; it also unlocks the account."""
    with st.container(border=True):
        st.write(f"给 {id} 设置新密码")
        if id != actor.id:
            st.caption("本人用它登录后，要先换成自己的密码，才能办理。")
        first = st.text_input("新密码（至少 10 位）", type="password", key=f"{Administration.PASSWORD}_{id}")
        again = st.text_input("再输一遍", type="password", key=f"{Administration.AGAIN}_{id}")
        if not st.button("设置新密码", key=Administration.SET):
            return
        if first != again:
            st.error("两遍不一样，请重新输入。")
            return
        try:
            with ADMISSION.aside():
                set_password(ledger, actor.id, id, first, now=moment())
        except RefusedAction as refused:
            st.error(refused.sentence)
            return
        # The account has a new version, made here: it is the one that this person has seen.
        st.session_state.pop(Doing.OPENED, None)
        tell(f"已给 {id} 设置新密码，原来的会话要重新登录。")
        st.rerun()


def show_pack() -> None:
    """Which rules are used. A pack with a mistake is never loaded: then every page shows the mistakes instead."""
    pack = context.pack
    years = pack.head.years
    rows = [
        ["名称", pack.head.title],
        ["编号", pack.head.id],
        ["版本", pack.head.version],
        ["适用年度", f"{years.first or '…'}–{years.last or '…'}"],
        ["指标", f"{len(pack.indicators)} 项"],
        ["台账", f"{len(pack.datasets)} 张"],
        ["摘要（SHA-256）", pack.sha256],
        ["检查", "通过：载入时逐项查过，没有错误"],
    ]
    show_table([ShownColumn("项目"), ShownColumn("内容")], rows, caption="正在使用的指标包")


def show_backups() -> None:
    """What is kept, a new one, and whether one can be restored. It stays on the server: it holds everybody's marks."""
    if st.button("现在备份", key=Administration.BACKUP, type="primary"):
        try:
            with busy("正在备份…"):
                made = keep_backup(ledger, context.workspace, actor.id, now=moment(), key=find_key())
        except Refusal as refused:
            st.error(str(refused))
            return
        tell(f"已备份：{made.name}。")
        st.rerun()
    kept = list_backups(ledger, context.workspace, actor.id)
    st.caption(
        f"备份放在服务器的 {BACKUPS} 文件夹里（工作区之内），不从网页下载：里面有各单位的得分、证据和密码摘要。"
        "请技术人员定期拷到另一台机器；恢复用 ducha restore。"
    )
    if not kept:
        st.info("还没有备份。")
        return
    rows = [[each.name, f"{office_time(each.made_at):%Y-%m-%d %H:%M}", say_size(each.size)] for each in kept]
    show_table([ShownColumn("文件"), ShownColumn("时间", "short"), ShownColumn("大小", "number")], rows)
    name = st.selectbox("核对备份", [each.name for each in kept], key=Administration.CHECKED)
    if not st.button("核对这一份", key=Administration.CHECK):
        return
    try:
        with busy("正在逐个文件核对…"):
            trusted = find_trusted()
            found = check_kept(ledger, context.workspace, actor.id, str(name), now=moment(), trusted=trusted)
    except Refusal as refused:
        st.error(str(refused))
        return
    if found.problems:
        st.error(f"{name} 有 {len(found.problems)} 处不符，不能用来恢复：")
        show_table([ShownColumn("不符之处")], [[problem] for problem in found.problems])
        return
    (st.info if found.signed_by is not None and trusted else st.warning)(f"{found.origin}。")
    st.success(f"{name} 完好：{found.files} 个文件、{found.events} 条留痕都与清单相符，可以用来恢复。")


st.title("系统管理")
show_told()
if "admin" in actor.roles:
    st.subheader("用户")
    show_users()
    show_new_user(context, actor)
    st.subheader("备份")
    show_backups()
st.subheader("指标包")
show_pack()
