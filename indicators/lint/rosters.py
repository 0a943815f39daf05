"""Whom a roster lets the office recognise from one unit to another, told where it recognises nobody."""

from __future__ import annotations

from collections.abc import Iterator

from indicators.entries.persons import list_identity
from indicators.pack.model import Pack


def describe_rosters(pack: Pack) -> Iterator[str]:
    """What happens where a roster says neither by what name nor by what number a person is known in every unit."""
    for dataset in pack.datasets:
        if dataset.people is not None and not list_identity(dataset):
            person = dataset.column(dataset.people.person)
            yield (
                f"《{dataset.title}》没有必填的姓名列，「{person.title if person else ''}」又没有写明全办统一编号"
                "（people.office_wide: true）：两个单位编号相同不算同一个人，一个人同时在两个单位任职就查不出来"
            )
