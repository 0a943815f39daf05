"""An Ed25519 key of the office in a file of its own: made, opened, and used to sign.

The file lies outside of every workspace, readable by its account alone, or is sealed with a passphrase (Argon2id and
ChaCha20-Poly1305), or both. A key beside the data proves nothing: whoever can change them could sign them anew.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import stat
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from data.clock import store_moment
from indicators.entries.refusal import Refusal

SCHEMA = "ducha.key.v1"
#: What a passphrase costs to try: 64 MB and some tenths of a second each time.
_TIME, _MEMORY, _LANES = 3, 64 * 1024, 1
_HEX = re.compile("[0-9a-f]{64}")
SHORTEST_PASSPHRASE = 10


class KeyRefused(Refusal):
    """A key that cannot be made, opened or used, with a sentence."""


class KeyLocked(KeyRefused):
    """The key is sealed, and the passphrase is missing or wrong."""


class NoKey(KeyRefused):
    """There is no key where one is looked for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(
            f"{path} 没有督察办的签名密钥；已有的请用 DUCHA_KEY 写明在哪里，没有的用 ducha key renew 做一把"
        )


@dataclass(frozen=True)
class PublicKey:
    """What others check signatures by; ``text`` are its 64 hexadecimal digits, to be noted down or printed."""

    text: str

    def __post_init__(self) -> None:
        if not _HEX.fullmatch(self.text):
            raise ValueError(self.text)

    @property
    def id(self) -> str:
        """The beginning of it, to tell keys apart in a sentence: too short to trust a key by."""
        return self.text[:16]

    def has_signed(self, purpose: str, content: bytes, signature: bytes) -> bool:
        """Whether the signature is this key's, of this content and for this purpose."""
        try:
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.text)).verify(signature, _frame(purpose, content))
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class SigningKey:
    """An opened key."""

    public: PublicKey
    _private: Ed25519PrivateKey = field(repr=False)

    def sign(self, purpose: str, content: bytes) -> bytes:
        """The signature of a content; for another purpose it is none."""
        return self._private.sign(_frame(purpose, content))


def _frame(purpose: str, content: bytes) -> bytes:
    # What was signed as one thing can never be shown as another.
    return f"ducha {purpose}\n".encode() + content


def make_key(path: Path, passphrase: str | None, now: datetime) -> SigningKey:
    """A new key, its file readable by the account alone; sealed where there is a passphrase.

    Raises KeyRefused for a file that is there already, or a passphrase that is too short.
    """
    if passphrase is not None and len(passphrase) < SHORTEST_PASSPHRASE:
        raise KeyRefused(f"口令太短：至少 {SHORTEST_PASSPHRASE} 个字符")
    private = Ed25519PrivateKey.generate()
    made = SigningKey(PublicKey(private.public_key().public_bytes_raw().hex()), private)
    held = {"schema": SCHEMA, "public": made.public.text, "made_at": store_moment(now)}
    held |= _seal(private.private_bytes_raw(), made.public, passphrase)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyRefused(f"{path} 已经有一把密钥，不会覆盖") from None
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(json.dumps(held, indent=1) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return made


def _seal(secret: bytes, public: PublicKey, passphrase: str | None) -> dict[str, Any]:
    if passphrase is None:
        return {"secret": secret.hex()}
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    sealed = ChaCha20Poly1305(_stretch(passphrase, salt)).encrypt(nonce, secret, public.text.encode())
    return {"salt": salt.hex(), "nonce": nonce.hex(), "sealed": sealed.hex()}


def _stretch(passphrase: str, salt: bytes) -> bytes:
    return hash_secret_raw(passphrase.encode(), salt, _TIME, _MEMORY, _LANES, 32, Type.ID)


def read_public(path: Path) -> PublicKey:
    """The public half of a key's file, which no passphrase guards. Raises NoKey and KeyRefused."""
    return _read_public(_read(path), path)


def is_sealed(path: Path) -> bool:
    """Whether a passphrase is needed. Raises NoKey and KeyRefused."""
    return "sealed" in _read(path)


def _read_public(held: dict[str, Any], path: Path) -> PublicKey:
    try:
        return PublicKey(held["public"])
    except (KeyError, ValueError, TypeError):
        raise KeyRefused(f"{path} 不是督察办的签名密钥，或者损坏了") from None


def open_key(path: Path, passphrase: str | None) -> SigningKey:
    """The key in a file. Raises NoKey, KeyLocked without the right passphrase, KeyRefused for what is none.

    A file that others can read is refused unless a passphrase seals it.
    """
    held = _read(path)
    public = _read_public(held, path)
    if "sealed" in held and passphrase is None:
        raise KeyLocked(
            f"密钥 {public.id} 有口令，没有口令不能签名；无人值守时把口令放在环境变量 DUCHA_KEY_PASSPHRASE 里"
        )
    if "sealed" not in held and os.name == "posix" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyRefused(
            f"{path} 没有口令，而别的账号也能读或者改：请先执行 chmod 600；"
            f"别人可能拿走了的，再用 ducha key renew --leaked 换一把"
        )
    try:
        secret = _unseal(held, public, passphrase or "")
        private = Ed25519PrivateKey.from_private_bytes(secret)
    except InvalidTag:
        raise KeyLocked(f"密钥 {public.id} 的口令不对") from None
    except (KeyError, ValueError, TypeError):
        raise KeyRefused(f"{path} 不是督察办的签名密钥，或者损坏了") from None
    if private.public_key().public_bytes_raw().hex() != public.text:
        raise KeyRefused(f"{path} 里的公钥和私钥不是一对，不能用")
    return SigningKey(public, private)


def _unseal(held: dict[str, Any], public: PublicKey, passphrase: str) -> bytes:
    if "sealed" not in held:
        return bytes.fromhex(held["secret"])
    key = _stretch(passphrase, bytes.fromhex(held["salt"]))
    return ChaCha20Poly1305(key).decrypt(
        bytes.fromhex(held["nonce"]), bytes.fromhex(held["sealed"]), public.text.encode()
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        if held["schema"] != SCHEMA:
            raise ValueError(held["schema"])
    except FileNotFoundError:
        raise NoKey(path) from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise KeyRefused(f"{path} 不是督察办的签名密钥，或者损坏了") from None
    return dict(held)
