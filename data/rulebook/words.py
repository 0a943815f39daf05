"""The sentences of the workbook's first sheet, for people who fill it in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from data.rulebook.layout import HEAD_SHEET, PLANS, TEXTS_SHEET

#: What each sheet holds.
SHEETS: dict[str, str] = {
    HEAD_SHEET: "指标包的名称、版本、年度和各项规定；一行一项，只改「内容」一栏",
    "考核组": "谁和谁比：成员、满分、等次",
    "评审": "几种评审按权重合并时才填",
    "一级指标": "评分表的大项；基本分写各组分值，加分、扣分写至多多少",
    "单位类别": "单位的种类",
    "单位": "单位、上级、别名、曾用名",
    "台账": "单位报的表：主键、期间、由谁报",
    "字段": "每张台账的列，一行一列",
    "指标": "考核什么、各组多少分",
    "计分": "一行是一个指标的一个部分：计量（数什么）、目标（应该多少）、计分（得扣多少）",
    "依据": "一行一条：引原文，或写明是本办选择",
    "变动": "规则里的数从哪一天起改成多少，一行一次；年内怎么算要写明",
    "放假安排": "一行一年：放哪些假、哪些周末上班，写明依据的通知；不用自己的就空着",
    "任务": "从文件里摘出的任务",
    "用例": "给这些数据，应得这些分",
    "全表用例": "几个单位报了什么，各单位总分、名次、等次应是多少。",
    "看不出的改动": "规则改动一步（ducha pack test --mutants），为什么哪个用例都看不出差别。",
    "存疑": "数据里值得问一问的地方，从不改分",
    "依据文件": "引用的文件",
    TEXTS_SHEET: "引用的文件的全文，一行一段；核对引文用，改动后要改「依据文件」里的 SHA-256",
}

RULES = (
    "每张表第 1 行是名称，第 2 行（灰色小字）是 YAML 里的键，请勿改动；从第 3 行起填写。空着的格就是没有写。",
    "左上角带下拉的格只能选；灰色的格是所选的那一种用不到的，不要填。",
    "「计分」表里先看「常用说法」：选一句，把句中空着的（_）数依次填在数1、数2……，后面计分的各列就不用填。"
    "没有合适的说法，就选「计分」的种类，再填白色的格。",
    "这份指标包没有用到的列收起来了；要用时点表格上方的「+」展开。",
    "一格里有几项的，一行写一项（Alt+Enter 换行）；写成「名称：值」的，一行写一对，例如「状态：已认定」。"
    "一格放不下时接着写在下一行，下一行的第一列空着。",
    "一项里又有几个值的，写成「不低于：90%，得分：2」；再深一层放进花括号 {} 或方括号 []，文字里有标点时加英文引号。",
    "新增考核组后，把「分值·某组」这样的列复制一份，第 2 行方括号里改成新组的编号。",
    "改好后用 ducha pack from-excel 转回文件夹；有错时另存一份带批注的副本，每处错误写在它的格上。",
    "YAML 里的注释（# 开头）不在工作簿里，转一圈就没有了。",
)


def list_guide(title: str, others: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The lines of the guide: a heading or a sheet, and what is said of it."""
    yield f"《{title}》指标包", ""
    yield "怎么填", ""
    yield from (("", rule) for rule in RULES)
    yield "有哪些表", ""
    yield HEAD_SHEET, SHEETS[HEAD_SHEET]
    yield from ((plan.title, SHEETS[plan.title]) for plan in PLANS)
    yield TEXTS_SHEET, SHEETS[TEXTS_SHEET]
    if others:
        yield "没有收进来的文件", "、".join(others)
