"""How the office comes to a key: made with the first workspace, and replaced so that a killed process loses none."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from data.signing.key import PublicKey, make_key, read_public
from data.signing.place import check_outside, name_trust_file
from data.signing.trust import trust_key


def obtain_key(path: Path, root: Path, passphrase: str | None, now: datetime) -> tuple[PublicKey, bool]:
    """The key in a file, made if there is none, trusted by this account; whether it was made now.

    Raises KeyRefused for a file within the workspace's ``root``, and what making and reading raise.
    """
    check_outside(path, root)
    made = not path.is_file()
    public = make_key(path, passphrase, now).public if made else read_public(path)
    trust_key(name_trust_file(path), public, "现用的")
    return public, made


def prepare_key(path: Path, passphrase: str | None, now: datetime) -> PublicKey:
    """A new key beside the one in use, to be put in its place once the trail has noted it."""
    discard_new(path)
    return make_key(_name_new(path), passphrase, now).public


def is_waiting(path: Path, known: PublicKey | None) -> bool:
    """Whether the trail has noted a key that is not in its place yet, because the process was killed between."""
    new = _name_new(path)
    return known is not None and new.is_file() and read_public(new) == known


def put_in_place(path: Path, key: PublicKey, leaked: PublicKey | None) -> Path | None:
    """Let the noted key be the one in use and trusted; returns where the former one lies now, if there was one.

    What a ``leaked`` key has signed is trusted no more.
    """
    former = None
    new = _name_new(path)
    if new.is_file() and read_public(new) == key:
        if path.is_file():
            former = path.with_name(f"{path.stem}-{read_public(path).id}.former")
            path.replace(former)
        new.replace(path)
    trust_key(name_trust_file(path), key, "现用的", [leaked] if leaked is not None else [])
    return former


def discard_new(path: Path) -> None:
    """Take a prepared key away that nothing was noted of."""
    _name_new(path).unlink(missing_ok=True)


def _name_new(path: Path) -> Path:
    return path.with_name(f"{path.name}.new")
