"""Evidence files: kept once under their SHA-256, never under the name that somebody gave them."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.engine import Connection, Engine

from data.ledger.ledger import Ledger, list_records
from data.ledger.rows import EvidenceRow
from data.ledger.transitions import apply_transition, record_refusal
from data.store.database import reading, writing
from data.store.drafts import draft_file
from data.trail.events import find_last_event, write_head
from data.trail.refusals import EvidenceRefused, RefusedAction

_BLOCK = 1024 * 1024
_SHA256 = re.compile("[0-9a-f]{64}")

#: Files that are known by how they begin. Anything else is refused, whatever its name says.
_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF8", "image/gif"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (8, b"WEBP", "image/webp"),
    (8, b"WAVE", "audio/wav"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"#!AMR", "audio/amr"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
)
_ZIPPED: dict[str, str] = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/presentation.xml": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "OFD.xml": "application/ofd",
}
#: How a file of each type may be called; the first is put behind a name that says something else.
EXTENSIONS: dict[str, tuple[str, ...]] = {
    "application/pdf": ("pdf",),
    "image/png": ("png",),
    "image/jpeg": ("jpg", "jpeg"),
    "image/gif": ("gif",),
    "image/bmp": ("bmp",),
    "image/tiff": ("tif", "tiff"),
    "image/webp": ("webp",),
    "audio/wav": ("wav",),
    "audio/mpeg": ("mp3",),
    "audio/amr": ("amr",),
    "video/mp4": ("mp4", "m4v", "m4a", "mov", "3gp", "heic", "heif"),
    "application/x-ole-storage": ("doc", "xls", "ppt", "wps", "et", "dps"),
    _ZIPPED["word/document.xml"]: ("docx",),
    _ZIPPED["xl/workbook.xml"]: ("xlsx",),
    _ZIPPED["ppt/presentation.xml"]: ("pptx",),
    "application/ofd": ("ofd",),
    "text/plain": ("txt", "csv", "log"),
}
#: What shows nothing, turns the order of letters around, or means something in a file's name.
_UNNAMED = re.compile('[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff<>:"|?*]')
_LONGEST_NAME = 120
#: What a document's table of contents may take; a document of a thousand pictures has a tenth of it.
_LARGEST_DIRECTORY = 1024 * 1024
KNOWN_TYPES = "PDF、OFD、Word、Excel、PPT（不含宏）、图片、录音、录像或纯文本"


@dataclass(frozen=True)
class StoredFile:
    """A file that lies in the evidence folder."""

    sha256: str
    size: int
    media_type: str


def place_of(folder: Path, sha256: str) -> Path:
    """Where the file of that hash lies."""
    return folder / sha256[:2] / sha256


def store_file(folder: Path, source: BinaryIO, limit: int) -> StoredFile:
    """Copy a stream into the folder under its hash. When this returns it is on disk for good.

    Raises EvidenceRefused for an empty file, one above ``limit`` bytes, or a type that is not known; then
    nothing is left behind. A crash leaves at most a draft that nobody refers to.
    """
    if (size := _tell_size(source)) is not None and size > limit:
        raise _too_large(limit)
    folder.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with draft_file(folder, mode=0o666) as draft:
        with draft.open("wb") as file:
            while block := source.read(_BLOCK):
                size += len(block)
                if size > limit:
                    raise _too_large(limit)
                digest.update(block)
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        if size == 0:
            raise EvidenceRefused("文件是空的（0 字节），不能作为证据")
        media_type = sniff_type(draft)
        place = place_of(folder, digest.hexdigest())
        place.parent.mkdir(exist_ok=True)
        os.replace(draft, place)
        _sync_folders(place.parent, folder)
    return StoredFile(digest.hexdigest(), size, media_type)


def fit_name(name: str, media_type: str) -> str:
    """A name that a file of this type may be saved under: it ends as the type does, so that nothing runs it.

    A name that ends otherwise keeps its own end as a part of the name (``run.bat`` is ``run.bat.txt``).
    """
    plain = _UNNAMED.sub("", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(" .")
    known = EXTENSIONS.get(media_type, ("bin",))
    stem, dot, end = plain.rpartition(".")
    if not dot or not stem or end.casefold() not in known:
        stem, end = plain, known[0]
    return f"{stem[:_LONGEST_NAME].strip(' .') or '证据'}.{end}"


def _tell_size(source: BinaryIO) -> int | None:
    """How much is still to be read, where the stream can tell without being read."""
    try:
        start = source.tell()
        end = source.seek(0, os.SEEK_END)
        source.seek(start)
    except (OSError, AttributeError):
        return None
    return end - start


def _too_large(limit: int) -> EvidenceRefused:
    return EvidenceRefused(f"文件超过 {limit // 1024 // 1024} MB，不能存入；请压缩或分成几份")


def _sync_folders(*folders: Path) -> None:
    if os.name != "posix":
        return
    for folder in folders:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sniff_type(path: Path) -> str:
    """The media type by the file's content. Raises EvidenceRefused for one that is not on the closed list."""
    with path.open("rb") as file:
        start = file.read(4096)
    for offset, magic, media_type in _MAGIC:
        if start[offset : offset + len(magic)] == magic:
            return media_type
    if start.startswith(b"PK\x03\x04"):
        return _sniff_archive(path)
    if _is_plain_text(path, start):
        return "text/plain"
    raise EvidenceRefused(f"认不出文件类型，不能作为证据；可以存入 {KNOWN_TYPES}")


def _sniff_archive(path: Path) -> str:
    names: set[str] = set()
    if _tell_directory_size(path) > _LARGEST_DIRECTORY:
        raise EvidenceRefused("文件里装的东西太多，不能作为证据；请另存一次，或导出为 PDF")
    with contextlib.suppress(zipfile.BadZipFile, OSError, ValueError), zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
    if any(name.rsplit("/", 1)[-1] == "vbaProject.bin" for name in names):
        raise EvidenceRefused("文件里有宏，不能作为证据；请另存为不含宏的格式")
    for name, media_type in _ZIPPED.items():
        if name in names:
            return media_type
    raise EvidenceRefused(f"不能存入压缩包，请解开后逐份存入；可以存入 {KNOWN_TYPES}")


def _tell_directory_size(path: Path) -> int:
    """How long a ZIP file says its table of contents is, which would be held in memory as a whole."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 65_557))
        end = file.read()
    start = end.rfind(b"PK\x05\x06")
    return int.from_bytes(end[start + 12 : start + 16], "little") if start >= 0 else 0


def _is_plain_text(path: Path, start: bytes) -> bool:
    if start.lstrip(b"\xef\xbb\xbf \t\r\n")[:2] in (b"#!",) or start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"<", b""):
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            with path.open(encoding=encoding) as file:
                while text := file.read(_BLOCK):
                    if any(char < " " and char not in "\t\r\n" for char in text):
                        return False
            return True
        except UnicodeDecodeError:
            continue
    return False


def add_evidence(
    ledger: Ledger, actor: str, source: BinaryIO, name: str, given: Mapping[str, object], *, now: datetime
) -> EvidenceRow:
    """Store a file and register it; returns its row. The name is kept as text and opens nothing (``fit_name``).

    ``given`` holds unit, and if known inspection, captured_on, part (pages or minutes), secrecy, description.
    Raises a RefusedAction; then no row is there.
    """
    try:
        stored = store_file(ledger.evidence_folder, source, ledger.evidence_limit)
    except EvidenceRefused as refused:
        refused.about("evidence", "", "store", actor)
        write_head(ledger.root, record_refusal(ledger, refused, now))
        raise
    file = {
        "sha256": stored.sha256,
        "size": stored.size,
        "media_type": stored.media_type,
        "original_name": name or "（无名）",
    }
    try:
        return EvidenceRow.read(apply_transition(ledger, actor, "evidence", None, "store", {**given, **file}, now=now))
    except RefusedAction:
        _drop_unreferenced(ledger, stored.sha256)
        raise


def _drop_unreferenced(ledger: Ledger, sha256: str) -> None:
    """Take a file away again unless it is somebody's evidence. Whoever is storing the same waits, or is refused."""
    with writing(ledger.engine) as connection:
        if not list_records(connection, EvidenceRow, sha256=sha256):
            place_of(ledger.evidence_folder, sha256).unlink(missing_ok=True)


def redact_evidence(
    ledger: Ledger, actor: str, id: str, order_number: str, reason: str, *, base_version: int, now: datetime
) -> EvidenceRow:
    """Destroy the bytes of excluded evidence by order; hash, row and trail stay.

    The bytes stay as long as other evidence in use is the same file. Raises a RefusedAction.
    """
    given = {"order_number": order_number}
    done = apply_transition(
        ledger, actor, "evidence", id, "redact", given, base_version=base_version, reason=reason, now=now
    )
    row = EvidenceRow.read(done)
    with reading(ledger.engine) as connection:
        others = [each for each in list_records(connection, EvidenceRow, sha256=row.sha256) if each.id != id]
    if all(each.state == "redacted" for each in others):
        place_of(ledger.evidence_folder, row.sha256).unlink(missing_ok=True)
    return row


def list_remains(connection: Connection, root: Path) -> list[EvidenceRow]:
    """Evidence whose destruction was ordered and whose bytes are still there, though no other evidence is the same.

    A process that was killed between the event and the destruction leaves it so; or somebody put the file back. A row
    that only says so, without the order on the trail, is none of them.
    """
    rows = list_records(connection, EvidenceRow)
    needed = {row.sha256 for row in rows if row.state != "redacted"}
    found = []
    for row in rows:
        if row.state != "redacted" or row.sha256 in needed or not _SHA256.fullmatch(str(row.sha256)):
            continue
        last = find_last_event(connection, "evidence", row.id)
        ordered = last is not None and last.action == "redact"
        if ordered and place_of(root / "evidence", row.sha256).exists():
            found.append(row)
    return found


def finish_redactions(engine: Engine, root: Path) -> list[str]:
    """Destroy what was ordered to be destroyed and is still there, as after a killed process; returns which.

    The order is on the trail already: nothing is decided here.
    """
    with writing(engine) as connection:
        found = list_remains(connection, root)
        for row in found:
            place_of(root / "evidence", row.sha256).unlink(missing_ok=True)
    return [row.id for row in found]


def open_evidence(ledger: Ledger, row: EvidenceRow) -> BinaryIO:
    """The bytes of a piece of evidence, checked against its hash. Raises RefusedAction where they are not as stored."""
    place = place_of(ledger.evidence_folder, row.sha256)
    if row.state == "redacted" or not place.is_file():
        raise RefusedAction(f"证据 {row.id} 的文件{'已销毁' if row.state == 'redacted' else '不见了'}")
    file = place.open("rb")
    if hashlib.file_digest(file, "sha256").hexdigest() != row.sha256:
        file.close()
        raise RefusedAction(f"证据 {row.id} 的文件被改动过，摘要不符")
    file.seek(0)
    return file
