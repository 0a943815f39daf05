"""Where the office's key lies: a file that DUCHA_KEY names, or ``ducha/office.key`` among the account's settings."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from data.signing.key import KeyRefused, SigningKey, open_key
from data.signing.trust import Trusted, parse_public, read_trusted

KEY, PASSPHRASE, PUBLIC = "DUCHA_KEY", "DUCHA_KEY_PASSPHRASE", "DUCHA_PUBLIC_KEY"


def find_key_file(environment: Mapping[str, str] = os.environ) -> Path:
    """The file of the private key, whether or not it is there. Raises KeyRefused where the account has no home."""
    if named := environment.get(KEY, "").strip():
        return Path(named).expanduser()
    settings = environment.get("XDG_CONFIG_HOME", "").strip()
    try:
        return (Path(settings) if settings else Path.home() / ".config") / "ducha" / "office.key"
    except RuntimeError:
        raise KeyRefused(f"这个账号没有主目录，请用环境变量 {KEY} 写明签名密钥放在哪里") from None


def name_trust_file(key_file: Path) -> Path:
    """The file of the office's public keys, beside the private one: it may be copied to whoever checks."""
    return key_file.with_suffix(".pub")


def find_trusted(named: str | None = None, environment: Mapping[str, str] = os.environ) -> Trusted:
    """The keys to check by: those ``named`` (digits, or a file of public keys), DUCHA_PUBLIC_KEY's, the account's own.

    Raises KeyRefused for a name that is neither.
    """
    text = named or environment.get(PUBLIC, "").strip()
    if text:
        keys = read_trusted(Path(text)) if len(text) < 1000 and Path(text).is_file() else (parse_public(text),)
        if not keys:
            raise KeyRefused(f"{text} 里没有公钥")
        return Trusted(keys, named=named is not None)
    return Trusted(read_trusted(name_trust_file(find_key_file(environment))))


def find_key(environment: Mapping[str, str] = os.environ) -> SigningKey | None:
    """The key, where nobody is there to be asked for a passphrase; None where there is none or it does not open."""
    try:
        return open_key(find_key_file(environment), environment.get(PASSPHRASE))
    except KeyRefused:
        return None


def check_outside(key_file: Path, root: Path) -> None:
    """Raise KeyRefused where the key would lie in the workspace: then whoever holds the data could sign them."""
    if key_file.resolve().is_relative_to(root.resolve()):
        raise KeyRefused(
            f"签名密钥不能放在工作区里（{key_file}）：能改数据的人就能重新签名。"
            f"请用 --key 或环境变量 {KEY} 写明别处，例如另一个账号才能写的文件夹或 U 盘"
        )
