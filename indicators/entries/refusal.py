"""The one root of all that a person can cause and mend."""

from __future__ import annotations


class Refusal(Exception):
    """Something that was asked for and is not done, or cannot be read.

    ``str()`` is a sentence in Chinese that says where, what, and how to mend it: commands and pages print it as it
    is. Whatever is raised and is no Refusal is a fault of the program, and is shown as one, with a number.
    """


class Signal(Exception):
    """What one part of the program tells another, which catches it. Nobody ever reads it."""
