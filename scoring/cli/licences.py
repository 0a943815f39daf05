"""``make licences``: what is installed and shipped with ``ducha``, and under which licence each of it stands.

Derived from what the install says of itself: from the requirements of ``ducha`` to theirs, each once, and from the
licences that lie beside data of others in the packages. It is no legal advice, and looks into no archive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import data
import scoring.cli.console as console

_CLASSIFIER = "License :: OSI Approved :: "
#: What names a licence's text inside of a distribution.
_TEXT = re.compile(r"(^|/)(licen[cs]e|copying|notice)[^/]*$", re.IGNORECASE)
#: Data of others in the packages stand beside a file that ends so.
_BESIDE = ".LICENSE.txt"


@dataclass(frozen=True)
class Licence:
    """What a thing is under: ``name`` as it says itself (empty where it does not), and where the text lies."""

    thing: str
    version: str
    name: str
    texts: tuple[str, ...]


def list_licences(root: str = "ducha") -> list[Licence]:
    """Those of all that the distribution needs, by name; what another system would need besides is left out."""
    found: dict[str, Licence] = {}
    waiting = _list_requirements(distribution(root))
    while waiting:
        name = waiting.pop()
        if name in found or name == root:
            continue
        try:
            held = distribution(name)
        except PackageNotFoundError:
            # For another system, or an extra that nobody asked for.
            continue
        texts = tuple(str(path) for path in held.files or () if _TEXT.search(str(path)) and ".dist-info/" in str(path))
        found[name] = Licence(name, held.version, _name_licence(held), texts)
        waiting += _list_requirements(held)
    return [found[name] for name in sorted(found)]


def list_shipped() -> list[Licence]:
    """Those of data of others that lie in our own packages."""
    folder = Path(data.__file__).parent
    found = []
    for text in sorted(folder.rglob(f"*{_BESIDE}")):
        thing = text.name.removesuffix(_BESIDE)
        said = " ".join(text.read_text(encoding="utf-8").split("\n\n")[0].split())
        found.append(Licence(thing, "", said, (text.relative_to(folder.parent).as_posix(),)))
    return found


def _list_requirements(held: Distribution) -> list[str]:
    # What is for tests alone stands under an extra.
    asked = [each for each in held.requires or () if not re.search(r"extra\s*==\s*['\"]dev['\"]", each)]
    return [re.sub(r"[-_.]+", "-", re.split(r"[^A-Za-z0-9._-]", each)[0]).lower() for each in asked]


def _name_licence(held: Distribution) -> str:
    if expressions := held.metadata.get_all("License-Expression"):
        return " AND ".join(map(str, expressions))
    classified = [each for each in held.metadata.get_all("Classifier") or () if each.startswith("License ::")]
    if named := [each.removeprefix(_CLASSIFIER) for each in classified if each.startswith(_CLASSIFIER)]:
        return " AND ".join(named)
    # Some put the whole text there.
    return "".join(map(str, held.metadata.get_all("License") or ())).strip().split("\n")[0]


def _write_lines() -> Iterator[str]:
    for each in list_licences():
        yield f"{each.thing} {each.version}: {each.name}" + "".join(f"\n    {path}" for path in each.texts)
    yield "\n随程序附上的他人数据："
    for each in list_shipped():
        yield f"{each.thing}: {each.name}" + "".join(f"\n    {path}" for path in each.texts)
    yield "\nPDF 的字体随 pylopdf-fonts-zh-cn 安装，网页在浏览器里用到的程序随 streamlit 安装。"
    yield "ducha 自身采用什么许可，由它的所有者决定。"


def main() -> None:
    """Print the list."""
    for line in _write_lines():
        console.out.print(line, markup=False)


if __name__ == "__main__":
    main()
