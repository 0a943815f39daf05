"""What a state machine is: states, and transitions as rows of a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from data.ledger.rights.roles import ROLES


@dataclass(frozen=True)
class State:
    """``holder``: on whose desk an object in this state lies, for the two clocks."""

    id: str
    word: str
    final: bool = False
    holder: Literal["unit", "office", ""] = ""


@dataclass(frozen=True)
class Transition:
    """A row of the table: who may do what from which state, and what must hold.

    ``source`` None makes a new object. ``sets`` are the fields that may be given, ``needs`` those that must.
    ``conditions`` name predicates of ``conditions.py``, asked in this order. A ``cascade`` is never asked for
    by a person: it follows from an action on another object, in the same transaction.
    """

    source: str | None
    action: str
    verb: str
    target: str
    roles: tuple[str, ...]
    conditions: tuple[str, ...] = ()
    needs_reason: bool = False
    sets: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    cascade: bool = False


@dataclass(frozen=True)
class Machine:
    """The life of one kind of object. ``content`` are the fields that an approval binds to."""

    kind: str
    noun: str
    prefix: str
    content: tuple[str, ...]
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]

    def state(self, name: str) -> State:
        """The state of that id; KeyError if there is none."""
        return {state.id: state for state in self.states}[name]

    def find(self, state: str | None, action: str) -> Transition | None:
        """The row for an action from a state; None if there is none."""
        return next((row for row in self.transitions if row.source == state and row.action == action), None)

    def verb(self, action: str) -> str:
        """The Chinese verb of an action; the action itself if there is none of that name."""
        return next((row.verb for row in self.transitions if row.action == action), action)

    def list_editors(self, state: str) -> tuple[str, ...]:
        """The roles that may change the content in a state."""
        rows = [row for row in self.transitions if row.source == state and set(row.sets) & set(self.content)]
        return tuple(role for role in ROLES if any(role in row.roles for row in rows if not row.cascade))

    def list_faults(self) -> Iterator[str]:
        """What is wrong with the table, in English, for the test."""
        known = {state.id for state in self.states}
        reached = {None} | {row.target for row in self.transitions if row.source is None}
        while more := {row.target for row in self.transitions if row.source in reached} - reached:
            reached |= more
        yield from (f"{state} is never reached" for state in sorted(known - reached))
        for state in self.states:
            ways = [row for row in self.transitions if row.source == state.id and row.target != state.id]
            if not state.final and not ways:
                yield f"{state.id} has no way out"
        seen: set[tuple[str | None, str]] = set()
        for row in self.transitions:
            if {row.source or row.target, row.target} - known:
                yield f"{row.action} names an unknown state"
            if (row.source, row.action) in seen:
                yield f"{row.action} occurs twice from {row.source}"
            seen.add((row.source, row.action))
            if set(row.roles) - set(ROLES) or not row.roles:
                yield f"{row.action} has unknown roles or none"
            if set(row.needs) - set(row.sets):
                yield f"{row.action} needs a field that it does not set"
            if not row.verb or row.verb.isascii():
                yield f"{row.action} has no Chinese verb"
