"""Workbooks with something changed in their XML, as no program or every program might write it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.data.bad_files.makers import archive, unpack
from tests.data.shown.makers import DAY, LECTURES, cell, xlsx

#: Formats of the style that days have, and perhaps other cells.
_CODES = ["yyyy-mm-dd"] * 15 + [
    "yyyy/m/d",
    "0.00",
    "0000",
    "General",
    "yyyy-mm",
    '0"人"',
    "0%",
    "#,##0",
    "@",
    ";;;",
    "0,",
]
_STRINGS = (
    "<si><t>城区</t></si>",
    "<si><t>泽州县</t></si>",
    "<si><t>学习民法典</t></si>",
    '<si><t xml:space="preserve">  宪法 专题 </t></si>',
    "<si><r><t>30</t></r><r><rPr><vertAlign val='superscript'/></rPr><t>1</t></r></si>",
    "<si><t>高平市</t><rPh sb='0' eb='1'><t>gao</t></rPh></si>",
    "<si><t>30</t></si>",
)
_NUMBERS = (
    "0",
    "1",
    "30",
    "30.0",
    "3E1",
    "30.5",
    "-30",
    "0030",
    "45352",
    "45352.5",
    "1e99",
    "61",
    "3.0000000000000001",
)
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
#: Without these other programs open nothing.
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SHEET}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_SHEET}.styles+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_SHEET}.sharedStrings+xml"/></Types>'
)
_WHITE, _RED = '<color rgb="FFFFFFFF"/>', '<color rgb="FFC00000"/>'
_ON_RED = '<patternFill patternType="solid"><fgColor rgb="FFC00000"/></patternFill>'
#: Letters and grounds that keep a cell from being read, and such that do not.
_HIDING = [(_WHITE, ""), (_RED, _ON_RED), ('<sz val="1"/>', ""), ("<strike/>", ""), ('<name val="Wingdings"/>', "")]
_SHOWING = [("", ""), (_RED, ""), (_WHITE, _ON_RED), ('<sz val="9"/>', ""), ('<name val="宋体"/>', "")]
_RULES = (
    '<cfRule type="expression" dxfId="0" priority="1"><formula>TRUE</formula></cfRule>',
    '<cfRule type="cellIs" operator="greaterThan" dxfId="0" priority="1"><formula>15</formula></cfRule>',
    '<cfRule type="dataBar" priority="1"><dataBar showValue="0"><cfvo type="min"/><cfvo type="max"/>'
    '<color rgb="FF0000FF"/></dataBar></cfRule>',
)
Change = Callable[[str, Random], str]


@dataclass(frozen=True)
class Mutant:
    """A workbook, and what of it nobody can read: cells of style 3, numbers above a limit in the last column, zeros."""

    content: bytes
    hides_style: bool
    hides_above: float
    hides_zeros: bool

    def list_hidden(self) -> set[tuple[int, str]]:
        """The rows and columns of the cells of style 3, if that hides them."""
        xml = str(unpack(self.content)["xl/worksheets/sheet1.xml"], "utf-8")
        cells = [tag for tag in re.findall(r"<c\b[^>]*>", xml) if 's="3"' in tag] if self.hides_style else []
        places = [found for tag in cells if (found := re.search(r'r="([A-Z])([0-9]+)"', tag))]
        return {(int(found[2]), found[1]) for found in places}


def make_mutant(random: Random) -> Mutant:
    """A workbook of lectures with a few changes."""
    rows = []
    for number in range(1, random.randint(3, 7)):
        cells = [cell(title, place=f"{chr(65 + at)}1") for at, title in enumerate(LECTURES)]
        if number > 1:
            unit, topic = random.choice((0, 1, 5)), random.choice((2, 3))
            style = random.choice(["", "", ' s="3"'])
            cells = [
                f'<c r="A{number}" t="s"><v>{unit}</v></c>',
                f'<c r="B{number}" s="2"><v>{DAY + number}</v></c>',
                random.choice(
                    (f'<c r="C{number}" t="s"><v>{topic}</v></c>', cell(f"学习第{number}讲", None, f"C{number}"))
                ),
                f'<c r="D{number}"{style}><v>{number * 7}</v></c>',
            ]
        rows.append(f'<row r="{number}">{"".join(cells)}</row>')
    xml = "".join(rows)
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        # The titles stay: a file without them is no table.
        start = xml.index("</row>") + len("</row>")
        xml = xml[:start] + random.choice(_CHANGES)(xml[start:], random)
    book = random.choice([*[""] * 8, "<workbookPr date1904='1'/>", "<calcPr calcId='1'/>"])
    before = random.choice([*[""] * 15, "<cols><col min='3' max='3' width='9' hidden='1'/></cols>"])
    hides_style, hides_zeros = random.random() < 0.3, random.random() < 0.1
    font, fill = random.choice(_HIDING if hides_style else _SHOWING)
    rule = random.choice([*[""] * 12, *_RULES])
    after = f'<conditionalFormatting sqref="D2:D99">{rule}</conditionalFormatting>' if rule else ""
    if hides_zeros:
        before = f'<sheetViews><sheetView showZeros="0" workbookViewId="0"/></sheetViews>{before}'
    content = xlsx(
        xml,
        code=random.choice(_CODES),
        strings=_STRINGS,
        book=book,
        before=before,
        after=after,
        font=font,
        fill=fill,
        change=f"<font>{_WHITE}</font>",
    )
    limit = float("inf") if not rule else 15 if "cellIs" in rule else float("-inf")
    return Mutant(archive({"[Content_Types].xml": _TYPES, **unpack(content)}), hides_style, limit, hides_zeros)


def _pick(pattern: str, change: Callable[[re.Match[str], Random], str]) -> Change:
    """A change of one of the places where a pattern fits."""

    def mutate(xml: str, random: Random) -> str:
        found = [*re.finditer(pattern, xml)]
        if not found:
            return xml
        place = random.choice(found)
        return xml[: place.start()] + change(place, random) + xml[place.end() :]

    return mutate


def _swap(xml: str, random: Random) -> str:
    cells = re.findall(r"<c\b.*?(?:</c>|/>)", xml)
    if len(cells) < 2:
        return xml
    one, other = random.sample(cells, 2)
    return xml.replace(one, "\0", 1).replace(other, one, 1).replace("\0", other, 1)


def _break(xml: str, random: Random) -> str:
    at = random.randrange(len(xml))
    return xml[:at] + random.choice(["", "<", ">", '"', " ", "1", "0", "&", "\n"]) + xml[at + random.randint(0, 1) :]


_CELL, _VALUE = r"<c\b.*?(?:</c>|/>)", r"<v>(.*?)</v>"
_CHANGES: tuple[Change, ...] = (
    _pick(_VALUE, lambda found, random: f"<v>{random.choice(_NUMBERS)}</v>"),
    _pick(_VALUE, lambda found, random: f"<v>{random.choice(_NUMBERS)}</v>"),
    _pick(_VALUE, lambda found, random: f"<f>1+1</f><v>{found[1]}</v>"),
    _pick(_VALUE, lambda found, random: f"<v>{found[1][:1]}<!-- x -->{found[1][1:]}</v>"),
    _pick(_VALUE, lambda found, random: f"<v><![CDATA[{found[1]}]]></v>"),
    _pick(_VALUE, lambda found, random: f"<v>&#x{ord(found[1][0]):x};{found[1][1:]}</v>" if found[1] else found[0]),
    _pick(_VALUE, lambda found, random: "<v/>"),
    _pick(_VALUE, lambda found, random: f" {found[0]}\n"),
    _pick(r' s="[0-9]"', lambda found, random: f' s="{random.randint(0, 4)}"'),
    _pick(r' s="[0-9]"', lambda found, random: ""),
    _pick(r' t="\w+"', lambda found, random: random.choice(["", ' t="n"', ' t="str"', ' t="s"', ' t="b"', ' t="e"'])),
    _pick(r"<c ", lambda found, random: f'<c s="{random.randint(0, 3)}" '),
    _pick(r'<c r="([A-Z])([0-9]+)"', lambda found, random: "<c"),
    _pick(r'<c r="([A-Z])([0-9]+)"', lambda found, random: f'<c r="{random.choice("ABCDEF")}{found[2]}"'),
    _pick(r'<c r="([A-Z])([0-9]+)"', lambda found, random: f'<c r="{found[1]}{int(found[2]) + 1}"'),
    _pick(r'<row r="[0-9]+"', lambda found, random: "<row"),
    _pick(r'<row r="([0-9]+)"', lambda found, random: f'<row r="{int(found[1]) + random.randint(-1, 5)}"'),
    _pick(r"<row ", lambda found, random: random.choice(['<row hidden="1" ', '<row ht="0" ', '<row spans="1:4" '])),
    _pick(_CELL, lambda found, random: ""),
    _pick(_CELL, lambda found, random: found[0] + found[0]),
    _pick(_CELL, lambda found, random: "<c/>" + found[0]),
    _pick(_CELL, lambda found, random: found[0] + "<c/>"),
    _pick(r"<t.*?>(.*?)</t>", lambda found, random: f"<r><t>{found[1][:2]}</t></r><r><t>{found[1][2:]}</t></r>"),
    _pick(r"<t.*?>(.*?)</t>", lambda found, random: "<r><rPr><strike/></rPr><t>旧</t></r><r><t>新</t></r>"),
    _swap,
    _break,
)
