"""Who leads and who takes part: 牵头单位, 责任单位, 参加单位, 配合 in brackets, in lines and in columns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

#: Labels of who answers for a task, and of who helps.
LEADS = (
    "牵头(?:单位|部门|责任单位|领导)?|责任(?:单位|部门|主体|科室)|主(?:办|责|抓)(?:单位|部门)?|承办(?:单位"
    "|部门)|落实(?:单位|部门)|实施(?:单位|主体|部门)|完成单位|负责(?:单位|部门)"
)
JOINTS = "参加(?:单位|部门)|配合(?:单位|部门)?|协[办同助](?:单位|部门)|参与(?:单位|部门)|协作单位"
_TIMES = "完成时限|时限要求|完成时间|时间节点|时间要求|办结时限|完成期限"
_LABEL = re.compile(rf"(?:(?P<lead>{LEADS})|(?P<joint>{JOINTS})|(?P<due>{_TIMES}))\s*[::]\s*")
#: 市司法局牵头,市教育局等配合.
_VERB = re.compile(
    "^(?P<names>.+?)(?:按照?(?:各自)?职责分工)?(?:共同)?(?P<verb>牵头(?:负责)?|负责(?:落实)?|配合|参加|参与"
    "|协助|落实|按(?:照)?职责分工(?:负责|落实))$"
)
_SPLIT = re.compile("[、,]|(?<=[局委办厅部院会门府])和(?=[市县区省州乡镇各])")
_SHARE = re.compile("按照?(?:各自)?职责分工(?:负责|落实|配合)?$")
#: A unit ends so; the rest of a bracket that names units may end otherwise.
_ENDING = re.compile(
    "(?:局|委|办|厅|部|院|会|府|行|社|处|所|中心|队|单位|部门|政府|机关|公司|集团|联|校|开发区|街道|乡镇|乡"
    "|镇|县|区|市|署|分局|站|党委|机构|办公室|团委|科|股)(?:等(?:部门|单位)?)?$"
)


@dataclass(frozen=True)
class NamedUnits:
    """Units as the text names them, in its order."""

    lead: tuple[str, ...] = ()
    joint: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.lead or self.joint)

    def join(self, other: NamedUnits) -> NamedUnits:
        """Both together, nobody twice."""
        lead = tuple(dict.fromkeys(self.lead + other.lead))
        return NamedUnits(lead, tuple(name for name in dict.fromkeys(self.joint + other.joint) if name not in lead))


NOBODY = NamedUnits()


def split_names(words: str) -> tuple[str, ...]:
    """市教育局、市财政局 as two names; 各县区党委、政府 is one, and a list within brackets stays whole."""
    flat = re.sub(r"\([^()]*\)", lambda found: found[0].replace("、", "\0").replace(",", "\1"), words)
    names: list[str] = []
    for name in _SPLIT.split(flat):
        name = name.replace("\0", "、").replace("\1", ",").strip(" 。;.")
        name = _SHARE.sub("", name)
        if name == "政府" and names:
            names[-1] += "、政府"
        elif name:
            names.append(name)
    return tuple(names)


def _read_labels(words: str) -> tuple[NamedUnits, str] | None:
    """``牵头单位:甲、乙;参加单位:丙``: the units, and the time if one is labelled; None without any label."""
    labels = list(_LABEL.finditer(words))
    if not labels or words[: labels[0].start()].strip():
        return None
    lead: tuple[str, ...] = ()
    joint: tuple[str, ...] = ()
    due = ""
    ends = [label.start() for label in labels[1:]] + [len(words)]
    for label, end in zip(labels, ends, strict=True):
        value = words[label.end() : end].strip(" ;,。")
        if label["due"]:
            due = value
        elif label["joint"] or (label["lead"].startswith("责任") and lead):
            joint += split_names(value)
        else:
            lead += split_names(value)
    return NamedUnits(lead, joint), due


def _read_verbs(words: str) -> NamedUnits | None:
    """``市司法局牵头,市教育局配合``; None if any part of it reads otherwise."""
    lead: tuple[str, ...] = ()
    joint: tuple[str, ...] = ()
    parts = re.findall("[^;]*?(?:牵头负责|牵头|负责落实|负责|配合|参加|参与|协助|落实)(?=[,;。]|$)", words.strip(" 。"))
    if not parts or len("".join(parts)) < len(words.strip(" 。")) - 2 * len(parts):
        return None
    for part in parts:
        found = _VERB.match(part.strip(" ,;"))
        names = split_names(found["names"]) if found else ()
        if not names or not all(_ENDING.search(re.sub(r"\([^()]*\)", "", name)) for name in names):
            return None
        if found and re.match("配合|参加|参与|协助", found["verb"]):
            joint += names
        else:
            lead += names
    return NamedUnits(lead, joint)


def find_brackets(folded: str, start: int, end: int) -> Iterator[tuple[int, int, NamedUnits]]:
    """The brackets within a line that name units: start, end, units."""
    depth, opened = 0, start
    for position in range(start, end):
        if folded[position] == "(":
            opened = position if depth == 0 else opened
            depth += 1
        elif folded[position] == ")" and depth:
            depth -= 1
            if depth == 0:
                inside = folded[opened + 1 : position]
                labelled = _read_labels(inside)
                units = labelled[0] if labelled else _read_verbs(inside)
                if units:
                    yield opened, position + 1, units


def find_tail(folded: str, start: int, end: int) -> tuple[int, NamedUnits, str] | None:
    """Where a line ends in labels of who does it or until when (``…。责任单位:甲、乙``), and what they say."""
    for label in _LABEL.finditer(folded, start, end):
        if folded[label.start() - 1] not in "。;" or label.start() == start:
            continue
        units, due = _read_labels(folded[label.start() : end]) or (NOBODY, "")
        names = units.lead + units.joint
        if names and all(_ENDING.search(re.sub(r"\([^()]*\)", "", name)) for name in names):
            return label.start(), units, due
    return None


def read_line(line: str) -> tuple[NamedUnits, str] | None:
    """A line that does nothing but name units or a time for what stands before it."""
    return _read_labels(line.strip(" ()"))
