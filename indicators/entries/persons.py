"""Who is the same person: what two floors compare, at import and when scoring, so that both say the same.

A person's number is unique within its unit only. From one unit to another somebody is known by number and name
together, or by the number alone where a roster declares it ``office_wide``. White space, case and the full-width
forms of digits and letters make no difference.
"""

from __future__ import annotations

from indicators.entries.tables import Column, Dataset

_NAMES = ("姓名", "名字", "人员姓名")

_DIGITS, _CAPITALS = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_WIDE = "".join(chr(ord(sign) + 0xFEE0) for sign in _DIGITS + _CAPITALS + _CAPITALS.lower())
_BLANKS = "".join(map(chr, (0x09, 0x20, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)))

#: Characters and, place by place, what they count as; the last ones, which have no counterpart, count as nothing.
#: This is what ``translate`` of SQL takes.
WRITTEN = _WIDE + _CAPITALS + _BLANKS
COUNTED_AS = _DIGITS + 3 * _CAPITALS.lower()
_FOLDS = str.maketrans(WRITTEN[: len(COUNTED_AS)], COUNTED_AS, _BLANKS)

#: Stands between the number and the name of a person: neither holds a blank once it is folded.
JOINT = " "


def fold_person(text: str) -> str:
    """A number or name as it is compared."""
    return text.translate(_FOLDS)


def find_name_column(roster: Dataset) -> Column | None:
    """The column that holds people's names: the one that the roster declares, else one that is called so."""
    if roster.people is not None and roster.people.name is not None:
        return roster.column(roster.people.name)
    return next((column for column in roster.columns if column.title in _NAMES or column.name == "name"), None)


def list_identity(roster: Dataset) -> tuple[str, ...]:
    """The columns by which a person is recognised in another unit; none where nobody can be."""
    people = roster.people
    if people is None:
        return ()
    named = find_name_column(roster)
    if people.office_wide or (named is not None and named.name == people.person):
        return (people.person,)
    # A name that may be left out would hide whoever leaves it out.
    return (people.person, named.name) if named is not None and named.required else ()


def tell_names_apart(roster: Dataset) -> str | None:
    """The column that says, within one unit, whether one number stands for two people; None if there is none."""
    named = find_name_column(roster)
    return None if roster.people is None or named is None or named.name == roster.people.person else named.name
