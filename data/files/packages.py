"""The parts of an Office package: a zip archive in which each part names the others by relations, never by habit."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from typing import IO
from urllib.parse import unquote
from xml.etree import ElementTree

_STRICT = (
    (b"http://purl.oclc.org/ooxml/spreadsheetml/main", b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
)
_CHUNK = 1 << 16


def fold_part(name: str) -> str:
    r"""A name of a part as others may write it: ``XL\Styles.xml`` is ``xl/styles.xml``."""
    return posixpath.normpath(name.replace("\\", "/").lstrip("/")).lower()


class Package:
    """The parts of an archive. Whatever is not as the format demands raises LookupError, ValueError or SyntaxError."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = {fold_part(name): name for name in archive.namelist()}

    @property
    def names(self) -> frozenset[str]:
        """The names of all parts, folded."""
        return frozenset(self._names)

    def find_main(self) -> str | None:
        """The part with which reading begins; None if the archive is no package."""
        for kind, target in self.list_relations("").values():
            if kind == "officeDocument" and target in self._names:
                return target
        usual = ("xl/workbook.xml", "xl/workbook.bin", "word/document.xml")
        return next((name for name in usual if name in self._names), None)

    def list_relations(self, part: str) -> dict[str, tuple[str, str]]:
        """The kind (the last word of its type) and the folded name of each part that ``part`` names, by their ids."""
        folder, _, name = part.rpartition("/")
        place = fold_part(f"{folder}/_rels/{name}.rels")
        if place not in self._names:
            return {}
        found = {}
        for relation in self.parse(place):
            target = unquote(relation.get("Target", "")).replace("\\", "/")
            if relation.get("TargetMode") == "External":
                continue
            path = target if target.startswith("/") else f"{folder}/{target}"
            found[relation.get("Id", "")] = (relation.get("Type", "").rpartition("/")[2], fold_part(path))
        return found

    def open(self, part: str) -> IO[bytes]:
        """A part from its start."""
        return self._archive.open(self._names[part])

    def parse(self, part: str) -> ElementTree.Element:
        """A small part as a whole."""
        xml = self._archive.read(self._names[part])
        refuse_declarations(xml)
        for strict, usual in _STRICT:
            xml = xml.replace(strict, usual)
        return ElementTree.fromstring(xml)

    def stream(self, part: str, parent: str, before: list[ElementTree.Element]) -> Iterator[ElementTree.Element]:
        """The children of the one element of that name, each let go of when the next is asked for.

        ``before`` is given what stands before it, complete when the first child comes.
        """
        builder = ElementTree.TreeBuilder()
        parser = ElementTree.XMLParser(target=builder)
        found: ElementTree.Element | None = None
        with self.open(part) as file:
            for first, chunk in enumerate(iter(lambda: file.read(_CHUNK), b"")):
                if not first:
                    refuse_declarations(chunk)
                parser.feed(chunk)
                if found is None:
                    # The tree as far as it has grown; it goes on growing afterwards.
                    root = builder.close()
                    found = _find_element(root, parent)
                    before += [] if found is None or found is root else [*root][: [*root].index(found)]
                # The last child may not be complete yet.
                if found is not None and len(found) > 1:
                    ready = found[:-1]
                    del found[:-1]
                    yield from ready
        root = parser.close()
        if found is None:
            found = _find_element(root, parent)
        if found is None or sum(child.tag == found.tag for child in root) > 1:
            raise ValueError(f"not one {parent} in {part}")
        yield from found


def _find_element(root: ElementTree.Element | None, name: str) -> ElementTree.Element | None:
    """The root or its first child of that name."""
    if root is None or local_name(root) == name:
        return root
    return next((child for child in root if local_name(child) == name), None)


def local_name(element: ElementTree.Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def refuse_declarations(xml: bytes) -> None:
    """Entities can make a few bytes unfold to gigabytes, and no office program writes them."""
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml or xml[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise ValueError("a document type declaration, or not UTF-8")
