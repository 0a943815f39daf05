"""The commands by name: in which module each is, and what the list of all commands says of it.

A command imports what it needs when it is called: all of them together would import everything that the program has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from scoring.cli.collecting import collecting_later

#: Command -> its module and its help, in the order of the list; a test holds them against the modules.
COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "init": ("workspaces", "建立工作区，放入一份指标包，并登记督察办的签名密钥（本机账号还没有的，做一把）。"),
    "import": ("workspaces", "导入报送数据：全部核对无误才收下，有一处错就整批退回并逐处说明。"),
    "batches": ("workspaces", "报送历史：每一批的文件、行数，以及是否已被新的一批取代。"),
    "declare": ("registers", "声明一份替所有单位报的台账齐全至某日：从此没有写到的单位才是零。"),
    "calendar": ("calendars", "工作日历：导入某年的放假安排，列出各年用的是哪一份。"),
    "template": ("forms", "写出 Excel 填报表：中文表头、下拉框、输入检查、填表说明和依据条文，带入上年不变的内容。"),
    "burden": ("forms", "减负体检：各单位要填多少格、替谁填、哪些白填，以及靠会议、发文、留痕得分的指标。"),
    "score": ("runs", "按现行数据给一个年度评分，保存这次运行，并输出结果。"),
    "rank": ("runs", "排名、可能的分数区间，以及各单位失分最多的指标。"),
    "robustness": (
        "robustness",
        "名次稳不稳：权重、未定的项目、数目小的偶然性等一起变，哪些单位分不出先后。不改变任何得分。",
    ),
    "explain": ("runs", "凭什么得（扣）这些分：原文、规则、数据出处、算式、再进一步要做什么。"),
    "sql": ("runs", "打印评分所用的 SQL；写明指标时，只打印同样的语句中与它有关的部分。"),
    "rerun": ("runs", "用当时的指标包和数据重新计算一次运行。"),
    "runs": ("runs", "列出保存的评分运行。"),
    "export": (
        "history",
        "把保存的全部评分运行（各年度、各次）写成 Parquet 表，供别的程序打开；得分是精确小数，不改动任何运行。",
    ),
    "doubts": ("doubts", "数据疑点：哪里值得问一句、为什么问、什么材料能说清。不影响任何得分。"),
    "units": (
        "units",
        "单位名录：当时的名称、类别、上级、曾用名、并入哪个单位、属于哪个考核组。写 --run 则看那次运行所用的名录。",
    ),
    "sheet": ("sheets", "评分表、排名通报、反馈意见、整改台账、领导一页纸：由保存的评分运行做成文件，不再重算。"),
    "verify": (
        "trail",
        "从头核对全部保存的内容：数据库、留痕、每一行数据、密码、证据、报送批次、指标包、评分运行。篡改可发现。",
    ),
    "backup": (
        "backup",
        "备份整个工作区：数据库同一时刻的全部内容、报送批次、评分运行、指标包、证据（逐份重新核对摘要）。别人可以照常办理。",
    ),
    "restore": (
        "backup",
        "核对备份（签名、文件摘要、留痕、链头、证据、评分能不能复算），"
        "并恢复到 -w 写明的空文件夹；有一处不符就不恢复。",
    ),
    "serve": ("serve", "启动网页。默认只有本机能打开；要让别人也能打开，用 --host 写明本机在内网的地址。"),
    "pack": (
        "packs",
        "指标包：从文件起草（new）、检查（lint）、用例（test）、对任务的覆盖（coverage），叠在上级的包上面（extend）、"
        "换上级的新版（rebase），"
        "转成 Excel 再转回（to-excel、from-excel），对照两份（diff），提交（submit）和批准（approve）新版。",
    ),
    "inspection": ("inspections", "督察任务：登记、办理、查看。"),
    "finding": ("actions", "问题：登记、办理、查看。"),
    "evidence": ("evidences", "证据：登记、办理、查看。"),
    "appeal": ("appeals", "复核申请：登记、办理、查看。"),
    "rectify": ("actions", "整改事项：登记、办理、查看。"),
    "judgement": ("actions", "评定：登记、办理、查看。"),
    "consistency": (
        "consistency",
        "评定是否一致：盲评对照，各督察组、督察员偏严还是偏宽，一致程度，差得多的项。不影响任何得分。",
    ),
    "exemption": ("actions", "豁免：登记、办理、查看。"),
    "user": ("people", "用户：登记、办理、查看。"),
    "trail": ("trail", "留痕：核对、导出、链头。"),
    "key": ("keys", "督察办的签名密钥：查看、更换。备份和锚点用它签名。"),
}


class _Loading(Mapping[str, object]):
    """The commands by name; what is taken out is imported first."""

    def __init__(self) -> None:
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> object:
        module, _ = COMMANDS[name]
        if name not in self._loaded:
            self._loaded |= load_commands(module)
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


def load_commands(module: str) -> dict[str, object]:
    """The commands of a module of this folder."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.callback()(lambda: None)
    with collecting_later():
        loaded = import_module(f"scoring.cli.{module}")
    loaded.add_commands(app)
    return dict(typer.main.get_group(app).commands)


class Commands(TyperGroup):
    """The group of all commands, of which only the one that is called is imported."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = _Loading()  # type: ignore[assignment]
        self._listing = False

    def list_commands(self, ctx: object) -> list[str]:
        """Their names."""
        return list(self.commands)

    def get_command(self, ctx: object, cmd_name: str) -> Any:
        """The command; for the list of all only its name and what it is for."""
        if not self._listing:
            # Not ``get``: a key that a module itself misses is no name that there is not.
            return self.commands[cmd_name] if cmd_name in self.commands else None  # noqa: SIM401
        return TyperCommand(cmd_name, help=COMMANDS[cmd_name][1])

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The list of all commands."""
        self._listing = True
        try:
            super().format_commands(ctx, formatter)
        finally:
            self._listing = False
