"""Which keys are the office's, for whoever checks a signature: known from outside of what is checked.

A signature proves nothing by the public key that comes along with it: whoever wrote it anew brought that key too.
So trust comes from the account of whoever checks (``office.pub`` beside the key), or is named by hand.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.signing.key import KeyRefused, PublicKey, SigningKey
from data.store.drafts import draft_file

SCHEMA = "ducha.signature.v1"


class SignatureRefused(KeyRefused):
    """What was to be checked is not signed, not as it was signed, or signed with another key, with a sentence."""


@dataclass(frozen=True)
class Trusted:
    """The public keys of the office, the present one first; ``named``: by hand, for this check alone."""

    keys: tuple[PublicKey, ...] = ()
    named: bool = False

    def __bool__(self) -> bool:
        return bool(self.keys)


#: For whoever knows no key.
NOBODY = Trusted()


def parse_public(text: str) -> PublicKey:
    """A public key as it is noted down: 64 hexadecimal digits, blanks aside. Raises KeyRefused."""
    try:
        return PublicKey("".join(text.split()).lower())
    except ValueError:
        raise KeyRefused(f"「{text.strip()[:80]}」不是公钥；公钥是 64 位十六进制数字，用 ducha key show 看") from None


def read_trusted(path: Path) -> tuple[PublicKey, ...]:
    """The keys in a file, one a line; what follows a # is a remark. None where there is no file. Raises KeyRefused."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return ()
    except UnicodeDecodeError:
        raise KeyRefused(f"{path} 不是公钥文件") from None
    texts = [line.partition("#")[0].strip() for line in lines]
    return tuple(parse_public(text) for text in texts if text)


def trust_key(path: Path, key: PublicKey, remark: str, forget: Iterable[PublicKey] = ()) -> None:
    """Put a key first in the file of the office's keys, without those to ``forget``."""
    kept = [known for known in read_trusted(path) if known != key and known not in set(forget)]
    lines = [f"{key.text} # {remark}", *(f"{known.text} # 以前的" for known in kept)]
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with draft_file(path.parent) as draft:
        draft.write_text("\n".join(lines) + "\n", encoding="utf-8")
        draft.replace(path)


def write_signature(key: SigningKey, purpose: str, content: bytes) -> bytes:
    """A signature as a file of its own beside what is signed."""
    signature = base64.b64encode(key.sign(purpose, content)).decode()
    return json.dumps({"schema": SCHEMA, "key": key.public.text, "signature": signature}, indent=1).encode() + b"\n"


def parse_signature(text: str) -> bytes:
    """The bytes of a signature that was written as text. Raises ValueError."""
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(text) from error


def check_signature(written: bytes, purpose: str, content: bytes, trusted: Trusted, what: str) -> PublicKey:
    """Who signed ``content``; ``what`` names it in the sentence. Raises SignatureRefused.

    Without ``trusted`` keys it only proves that the content and the signature belong together.
    """
    try:
        held: dict[str, Any] = json.loads(written)
        key, signature = PublicKey(held["key"]), parse_signature(held["signature"])
        if held["schema"] != SCHEMA:
            raise ValueError(held["schema"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise SignatureRefused(f"{what}的签名读不懂") from None
    check_signed(key, purpose, content, signature, trusted, what)
    return key


def check_signed(key: PublicKey, purpose: str, content: bytes, signature: bytes, trusted: Trusted, what: str) -> None:
    """Raise SignatureRefused unless the key is one of the office's and has signed the content."""
    if trusted and key not in trusted.keys:
        known = "、".join(each.id for each in trusted.keys)
        raise SignatureRefused(
            f"{what}是用另一把密钥 {key.id} 签名的，不是本办的（{known}）。确知是谁的、要照样核对的，"
            f"请向签名的人核实公钥后写明 --public-key {key.text}"
        )
    if not key.has_signed(purpose, content, signature):
        raise SignatureRefused(f"{what}与签名不符：签名以后被改动过，或者签名是假的")
