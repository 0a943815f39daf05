"""The folder of a pack: read as plain files, written in the one canonical way, and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from data.rulebook.layout import FILES, find_file
from data.rulebook.sheet_lines import Place
from indicators.entries.mistakes import Mistake, PackRefused
from indicators.entries.refusal import Refusal
from indicators.pack.documents import YamlFile, parse_document
from indicators.pack.plain_values import Plain, Texts, write_plain
from indicators.reader import lint_folder
from indicators.texts.written import quote_text, write_yaml

Files = dict[str, dict[str, Plain]]


class UnknownFile(Refusal):
    """A YAML file of a pack that no sheet holds."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} 还没有对应的工作表，转成工作簿会丢；没有写工作簿，请直接改 YAML")


def read_folder(folder: Path) -> Files:
    """The YAML files of a pack that was found right, in the order of the sheets. Raises UnknownFile, PackRefused."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.y*ml") if _is_seen(path, folder))
    found: dict[str, dict[str, Plain]] = {}
    mistakes: list[Mistake] = []
    for name in names:
        pattern = find_file(name)
        if pattern is None:
            raise UnknownFile(name)
        document = YamlFile(name, (folder / name).read_bytes().decode("utf-8-sig"))
        model = parse_document(document, FILES[pattern])
        mistakes += document.mistakes
        plain = write_plain(model)
        assert isinstance(plain, dict) or model is None
        found[name] = plain if isinstance(plain, dict) else {}
    if mistakes:
        raise PackRefused(folder.name, mistakes)
    return {name: found[name] for pattern in FILES for name in names if find_file(name) == pattern}


def _is_seen(path: Path, folder: Path) -> bool:
    return path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)


def list_texts(folder: Path, files: Files) -> dict[str, bytes]:
    """The texts of the sources, by their files."""
    entries = files.get("sources/sources.yaml", {}).get("sources", [])
    assert isinstance(entries, Sequence)
    names = [entry.get("file") for entry in entries if isinstance(entry, Mapping)]
    return {name: (folder / "sources" / name).read_bytes() for name in dict.fromkeys(names) if isinstance(name, str)}


def list_others(folder: Path, files: Files, texts: Mapping[str, bytes]) -> list[str]:
    """The files of the folder that no workbook holds: pictures, scans, notes."""
    held = {*files, *(f"sources/{name}" for name in texts)}
    names = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if _is_seen(path, folder))
    return sorted(name for name in names if name not in held)


def write_canonical(folder: Path, files: Mapping[str, Mapping[str, Plain]], texts: Mapping[str, bytes]) -> None:
    """The pack in the canonical writing: keys in the order of the models, one line where it fits, no comments."""
    for name, tree in files.items():
        _write(folder / name, write_yaml(tree).encode())
    for name, content in texts.items():
        _write(folder / "sources" / name, content)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


class Checked:
    """Files written so that every place has a line of its own, and what the reader of packs finds wrong with them."""

    def __init__(self, folder: Path, files: Mapping[str, Mapping[str, Texts]], texts: Mapping[str, bytes]) -> None:
        self._places: dict[str, list[Place]] = {}
        for name, tree in files.items():
            lines: list[str] = []
            places: list[Place] = []
            _emit(tree, "", (), lines, places)
            self._places[name] = places
            _write(folder / name, ("\n".join(lines) + "\n").encode())
        for name, content in texts.items():
            _write(folder / "sources" / name, content)
        self.mistakes = _find_mistakes(folder)

    def find_place(self, mistake: Mistake) -> Place:
        """The place in its file that a mistake is about; the file as a whole where it has no line."""
        places = self._places.get(mistake.file, [])
        return places[mistake.line - 1] if 0 < mistake.line <= len(places) else ()


def _find_mistakes(folder: Path) -> list[Mistake]:
    try:
        lint_folder(folder)
    except PackRefused as error:
        return error.mistakes
    return []


def _emit(value: Texts, indent: str, place: Place, lines: list[str], places: list[Place]) -> None:
    """The inner lines of a list or an entry."""
    inner = value.items() if isinstance(value, Mapping) else enumerate(value or ())
    for key, each in inner:
        head = f"{indent}-" if isinstance(key, int) else f"{indent}{quote_text(key)}:"
        places.append((*place, key))
        if isinstance(each, str) or each is None:
            lines.append(f"{head} {'null' if each is None else quote_text(each)}")
        elif not each:
            lines.append(f"{head} {'{}' if isinstance(each, Mapping) else '[]'}")
        else:
            lines.append(head)
            _emit(each, f"{indent}  ", (*place, key), lines, places)
