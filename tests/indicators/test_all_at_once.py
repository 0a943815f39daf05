"""All mistakes of a pack are told in one round, whichever file and layer they lie in.

Of a file that is no YAML only the first mistake is told, and nothing that depends on what cannot be read.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from indicators.entries.mistakes import PackRefused
from indicators.reader import lint_folder
from tests.indicators.combined import COMBINED

#: File, what is replaced, by what, and the words about it.
PLANTED = (
    ("indicators/tables.yaml", "{when: {会议: {at_least", "{when: {会议: {at_least: {", "tables.yaml:"),
    ("indicators/pots.yaml", "    name: 公开工作\n", "    nome: 公开工作\n", "不认识的键「nome」"),
    ("indicators/pots.yaml", "{kind: 表扬}", "{kynd: 表扬}", "台账 press 没有列 kynd"),
    ("indicators/pots.yaml", '        at_least: "-3" ', '        at_least: "5" ', "at_least"),
    ("indicators/vetoes.yaml", "section: problems", "section: problemz", "problemz"),
    ("indicators/vetoes.yaml", "{veto: {section: work}}", "{veto: {section: werk}}", "否决的一级指标 werk"),
    ("indicators/vetoes.yaml", "整改后反弹的，公开", "整改后反弹的,公开", "花括号里的半角逗号把「整改后反弹的,公开"),
    ("sources/plan.txt", "不是任何机关的文件。", "不是任何机关的文件！", "sha256"),
    ("cases/pots.yaml", 'outcome: scored, marks: "9"', 'outcome: skored, marks: "9"', "skored"),
)


def plant(folder: Path, planted: tuple[tuple[str, str, str, str], ...]) -> str:
    """Everything that is said of the pack with all of these mistakes."""
    pack = folder / "combined-pack"
    shutil.copytree(COMBINED, pack)
    for file, old, new, _ in planted:
        path = pack / file
        text = path.read_text(encoding="utf-8")
        assert old in text, (file, old)
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PackRefused) as refused:
        lint_folder(pack)
    return "\n".join(map(str, refused.value.mistakes))


def test_mistakes_of_every_layer_are_told_together(tmp_path: Path) -> None:
    said = plant(tmp_path, PLANTED)
    assert [words for *_, words in PLANTED if words not in said] == []
    # Nothing is made up about what could not be read: no sum without the indicators of a file that is no YAML.
    assert "对不上" not in said and "没有登记在" not in said


@pytest.mark.parametrize("place", range(len(PLANTED)))
def test_each_of_them_alone_is_told_too(place: int, tmp_path: Path) -> None:
    assert PLANTED[place][3] in plant(tmp_path, (PLANTED[place],))


def test_a_dangling_name_hides_no_wrong_column_of_another_indicator(tmp_path: Path) -> None:
    said = plant(tmp_path, (PLANTED[4], PLANTED[2]))
    assert "problemz" in said and "kynd" in said


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("indicator: 4.neglect", "indicator: 4.neglekt", "指标 4.neglekt 不存在；是不是「4.neglect」"),
        ("cohort: counties", "cohort: county", "考核组 county 不存在"),
        ("year: 2024", "year: 2020", "2020 年不在指标包的年度里"),
        ("{frauds: [{number: 一}]}", "{fraud: [{number: 一}]}", "台账 fraud 不存在"),
        ("{frauds: [{number: 一}]}", "{frauds: [{nomber: 一}]}", "台账 frauds 没有列 nomber"),
        ("reported: [meetings]", "reported: [meeting]", "台账 meeting 不存在"),
    ],
)
def test_a_case_names_what_the_pack_has(old: str, new: str, words: str, tmp_path: Path) -> None:
    assert words in plant(tmp_path, (("cases/vetoes.yaml", old, new, ""),))
