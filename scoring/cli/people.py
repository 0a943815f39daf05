"""Commands about users that also keep secrets or begin a ledger: add, set-password."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from data.ledger.rights.roles import ROLES
from data.ledger.transitions import FOUNDER
from data.ledger.users import add_user, set_password
from scoring.cli.actions import make_app
from scoring.cli.console import CommandRefused, FormatOption, TextFormat, out
from scoring.cli.ledger import AsOption, at_desk, now, print_done

app = make_app("user")


def add_commands(root: typer.Typer) -> None:
    """Register the commands of this module."""
    root.add_typer(app, name="user")


_ROLE_HELP = "角色，可写几次：" + "、".join(f"{role}（{word}）" for role, word in ROLES.items())


@app.command("add")
def add(
    context: typer.Context,
    id: Annotated[str, typer.Argument(help="用户名，以后不能改")],
    name: Annotated[str, typer.Option("--name", help="姓名")],
    role: Annotated[list[str] | None, typer.Option("--role", help=_ROLE_HELP)] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="联络员所在的单位")] = None,
    person: Annotated[
        str | None, typer.Option("--person", help="人员编号：工号，或姓名加单位；同一个人的账号写同一个")
    ] = None,
    first: Annotated[bool, typer.Option("--first", help="台账的第一位用户（系统管理），不用写 --as")] = False,
    actor: AsOption = None,
    format: FormatOption = TextFormat.text,
) -> None:
    """添加用户（由系统管理办理）；空台账的第一位用 --first。"""
    founder = FOUNDER if first else actor
    roles = role or (["admin"] if first else [])
    with at_desk(context.obj, founder, format, writes=True) as desk:
        row = add_user(desk.ledger, desk.actor, id, name, roles, unit, person=person, now=now())
        print_done(desk if not first else type(desk)(desk.workspace, desk.ledger, id), "user", row, format, "添加")


@app.command("set-password")
def set_password_(
    context: typer.Context,
    id: Annotated[str, typer.Argument(help="用户名")],
    stdin: Annotated[bool, typer.Option("--stdin", help="从标准输入读一行，不提示")] = False,
    actor: AsOption = None,
) -> None:
    """设置登录网页用的密码（本人或系统管理办理）；密码不写在命令里。"""
    with at_desk(context.obj, actor, TextFormat.text, writes=True) as desk:
        if stdin:
            password = sys.stdin.readline().rstrip("\r\n")
        elif sys.stdin is not None and sys.stdin.isatty():
            password = typer.prompt("新密码", hide_input=True, confirmation_prompt="再输一次")
        else:
            raise CommandRefused("这里不能输入密码；请在终端里运行，或用 --stdin 从标准输入给出")
        set_password(desk.ledger, desk.actor, id, password, now=now())
        out.print(f"已设置 {id} 的密码", markup=False)
