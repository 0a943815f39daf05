"""A pack folder -> a :class:`Pack`, or every mistake in it at once."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from indicators.entries.mistakes import Mistake, PackRefused
from indicators.entries.tables import Dataset, Entry
from indicators.pack.calendar import CalendarFile
from indicators.pack.doubts import DoubtsFile
from indicators.pack.model import Indicator, Pack, PackFile
from indicators.pack.overlay import BASE, MAX_LAYERS, SETTLED, OverlayFile, OverlayHead, OverlayUnits
from indicators.pack.register import Register
from indicators.pack.sources import Obligation, Source

if TYPE_CHECKING:
    from indicators.pack.documents import Model, Places, YamlFile

PACKS = Path(__file__).parent / "packs"
#: Bytes that a text of a source, and a YAML file, may have.
MAX_FILE = 20_000_000
MAX_YAML = 2_000_000
#: How many packs are kept in memory.
MAX_KEPT = 8

#: What was read, by the hash of all its bytes. A pack is never changed.
_READ: dict[str, Pack] = {}


class IndicatorsFile(Entry):
    indicators: tuple[Indicator, ...]


class DatasetsFile(Entry):
    datasets: tuple[Dataset, ...]


class SourcesFile(Entry):
    sources: tuple[Source, ...]


class ObligationsFile(Entry):
    obligations: tuple[Obligation, ...]


def find_pack(name_or_path: str) -> Path:
    """The folder of a pack, given by its path or by the name of a shipped one."""
    for folder in (Path(name_or_path), PACKS / name_or_path):
        if _is_file(folder / "pack.yaml"):
            return folder
    shipped = "、".join(sorted(path.parent.name for path in PACKS.glob("*/pack.yaml")))
    text = f"找不到指标包，这里没有 pack.yaml；请写指标包文件夹的路径，或自带的名称：{shipped}"
    raise PackRefused(name_or_path, [Mistake(name_or_path, 0, text)])


def load_pack(folder: Path) -> Pack:
    """Read and check a pack folder. Raises :class:`PackRefused` with all mistakes.

    A pack that this process has read before, here or in another folder, is not read again as long as no byte differs.
    """
    try:
        digest = hash_pack(folder)
    except OSError:  # what cannot be read is told file by file
        return _read_pack(folder)
    if digest not in _READ:
        pack = _read_pack(folder)
        if pack.sha256 != digest:  # somebody writes to it at this moment
            return pack
        keep_pack(pack)
    return _READ[digest]


def keep_pack(pack: Pack) -> Pack:
    """A pack that was read and checked before: its folder, wherever it is, need not be read again by this process."""
    while len(_READ) >= MAX_KEPT:
        del _READ[next(iter(_READ))]
    return _READ.setdefault(pack.sha256, pack)


def _read_pack(folder: Path) -> Pack:
    pack, mistakes = _read_folder(folder)
    if mistakes or pack is None:
        raise PackRefused(folder.resolve().name, mistakes)
    return pack


def lint_folder(folder: Path) -> Pack:
    """The pack of a folder. Raises PackRefused with all mistakes at once, those of its cases beside its own."""
    from indicators.lint.cases import find_case_mistakes
    from indicators.pack.cases import read_cases

    pack, mistakes = _read_folder(folder, authoring=True)
    found = read_cases(folder)
    # What a case names may stand in what could not be read: then only the case itself is looked at.
    if pack is not None:
        mistakes = [*mistakes, *find_case_mistakes(pack, found)]
    if mistakes or found.mistakes or pack is None:
        raise PackRefused(folder.resolve().name, [*mistakes, *found.mistakes])
    return pack


def _read_folder(folder: Path, authoring: bool = False) -> tuple[Pack | None, list[Mistake]]:
    """The pack, None where something of it could not be read, and everything that is wrong with it."""
    return _read_overlay(folder, authoring) if is_overlay(folder) else _read_single(folder, authoring)


def is_overlay(folder: Path) -> bool:
    """Whether a pack says that it extends another."""
    try:
        text = (folder / "pack.yaml").read_text(encoding="utf-8-sig")
        return bool(re.search(r"""^(["']?)extends\1\s*:""", text, re.MULTILINE))
    except (OSError, UnicodeDecodeError):  # told by whoever reads it
        return False


def _read_single(folder: Path, authoring: bool) -> tuple[Pack | None, list[Mistake]]:
    # Only where YAML is read: a stored run has its pack in a form that needs neither.
    from indicators.lint import find_mistakes
    from indicators.pack.documents import Places

    reading = _Reading(folder)
    head = reading.read("pack.yaml", PackFile)
    sources = reading.read("sources/sources.yaml", SourcesFile)
    datasets = reading.read("datasets.yaml", DatasetsFile)
    registry = reading.read("units.yaml", Register)
    obligations = reading.read("obligations.yaml", ObligationsFile, optional=True)
    doubts = reading.read("doubts.yaml", DoubtsFile, optional=True)
    calendar = reading.read("calendar.yaml", CalendarFile, optional=True)
    indicators = reading.read_indicators()
    places = Places(reading.documents, [(file, index) for file, index, _ in indicators])
    unfit: list[Mistake] = []
    texts = _read_sources(folder, sources, places, unfit)
    mistakes = [*reading.mistakes, *_find_links(folder), *_find_strays(folder), *_find_idle_base(folder), *unfit]
    mistakes += [mistake for document in reading.documents for mistake in document.mistakes]
    if head is None:
        return None, mistakes
    pack = Pack(
        head=head,
        sources=sources.sources if sources else (),
        texts=texts,
        datasets=datasets.datasets if datasets else (),
        registry=registry or Register(kinds=(), units=()),
        indicators=tuple(entry for _, _, entry in indicators),
        obligations=obligations.obligations if obligations else (),
        doubts=doubts.doubts if doubts else (),
        calendar_years=calendar.calendar if calendar else (),
        sha256="" if mistakes else hash_pack(folder),
    )
    unread = frozenset({*reading.unread, *(("sources",) if unfit else ())})
    found = find_mistakes(pack, places, unread, authoring)
    return (None if mistakes else pack), [*mistakes, *found]


def _read_overlay(folder: Path, authoring: bool) -> tuple[Pack | None, list[Mistake]]:
    """The same of a pack that extends another: both in one, with what the base does not allow among the mistakes."""
    from indicators.lint import find_mistakes
    from indicators.overlays.layered_places import LayeredPlaces
    from indicators.overlays.union import OverlayParts, merge_packs
    from indicators.pack.documents import Places

    mistakes = [*_find_links(folder), *_find_strays(folder, over=True)]
    base = None if mistakes else _read_base(folder, mistakes)
    reading = _Reading(folder)
    head = reading.read("pack.yaml", OverlayHead, settled=SETTLED)
    overlay = reading.read("overlay.yaml", OverlayFile, optional=True)
    units = reading.read("units.yaml", OverlayUnits, optional=True)
    sources = reading.read("sources/sources.yaml", SourcesFile, optional=True)
    datasets = reading.read("datasets.yaml", DatasetsFile, optional=True)
    obligations = reading.read("obligations.yaml", ObligationsFile, optional=True)
    doubts = reading.read("doubts.yaml", DoubtsFile, optional=True)
    indicators = reading.read_indicators(optional=True)
    mistakes += [*reading.mistakes, *(mistake for each in reading.documents for mistake in each.mistakes)]
    if head is None or base is None:
        return None, mistakes
    files = [(file, index) for file, index, _ in indicators]
    plain = LayeredPlaces(reading.documents, files, base)
    parts = OverlayParts(
        head=head,
        overlay=overlay or OverlayFile(),
        units=units.units if units else None,
        sources=sources.sources if sources else (),
        texts=_read_sources(folder, sources, Places(reading.documents, files), mistakes),
        datasets=datasets.datasets if datasets else (),
        obligations=obligations.obligations if obligations else (),
        doubts=doubts.doubts if doubts else (),
        indicators=tuple(entry for _, _, entry in indicators),
        sha256="" if mistakes else hash_pack(folder),
    )
    merged = merge_packs(base, parts)
    mistakes += [Mistake(*plain.of_upper(each.file, *each.place), each.text) for each in merged.problems]
    places = LayeredPlaces(reading.documents, files, base, merged)
    found = find_mistakes(merged.pack, places, frozenset(reading.unread), authoring)
    return (None if mistakes or found else merged.pack), [*mistakes, *found]


def _read_base(folder: Path, mistakes: list[Mistake]) -> Pack | None:
    """The pack that lies in a pack, whole and right by itself."""
    base = folder / BASE
    if not _is_file(base / "pack.yaml"):
        text = f"{BASE} 里没有上级指标包（pack.yaml）；请把上级指标包的文件夹整个复制进来，改名为 {BASE}"
        mistakes.append(Mistake(f"{BASE}/pack.yaml", 0, text))
        return None
    if _is_file(folder.joinpath(*[BASE] * MAX_LAYERS, "pack.yaml")):
        mistakes.append(Mistake(f"{BASE}/", 0, f"指标包叠了 {MAX_LAYERS} 层以上；请减少层数"))
        return None
    try:
        return load_pack(base)
    except PackRefused as error:
        mistakes += [Mistake(f"{BASE}/{each.file}", each.line, each.text) for each in error.mistakes]
        return None


def _find_idle_base(folder: Path) -> list[Mistake]:
    """A base of a pack that does not say that it extends one would lie there unread."""
    text = f"pack.yaml 没有写 extends，{BASE} 里的指标包不会被读到；请补上 extends，或移走这个文件夹"
    return [Mistake(f"{BASE}/pack.yaml", 0, text)] if _is_file(folder / BASE / "pack.yaml") else []


def _find_links(folder: Path) -> list[Mistake]:
    """A pack is copied whole: what a link points to may change, or not be there, elsewhere."""
    text = "这是一个链接，指标包换了地方就没有了；请换成文件或文件夹的副本"
    links = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink()]
    return [Mistake(name, 0, text) for name in sorted(links)]


class _Reading:
    """The files of a folder one by one, what was wrong with them, and which of them could not be read whole."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.documents: list[YamlFile] = []
        self.mistakes: list[Mistake] = []
        self.unread: set[str] = set()

    def read(
        self, relative: str, model: type[Model], optional: bool = False, settled: tuple[str, ...] = ()
    ) -> Model | None:
        """A file as its model; None where it is not there or does not fit. ``settled`` are keys of the base alone."""
        from indicators.pack.documents import YamlFile, parse_document

        known = len(self.mistakes)
        text = _read_text(self._folder, relative, self.mistakes, MAX_YAML, optional)
        if text is None:
            self.unread |= {Path(relative).stem} if len(self.mistakes) > known else set()
            return None
        document = YamlFile(relative, text)
        self.documents.append(document)
        for key in settled:
            document.leave_to_base(key)
        content = parse_document(document, model)
        self.unread |= {Path(relative).stem} if document.mistakes else set()
        return content

    def read_indicators(self, optional: bool = False) -> list[tuple[str, int, Indicator]]:
        """The indicators of all files that fit the model, each with its file and its place in it."""
        from indicators.pack.documents import salvage_entries

        found: list[tuple[str, int, Indicator]] = []
        files = _list_indicator_files(self._folder)
        if not files and not optional:
            self.mistakes.append(Mistake("indicators/", 0, "没有指标文件；请每条写一个 .yaml，内含 indicators: 列表"))
        for file in files:
            known = len(self.documents)
            group = self.read(file, IndicatorsFile)
            entries = list(enumerate(group.indicators)) if group is not None else []
            if group is None and len(self.documents) > known:
                entries = salvage_entries(self.documents[-1], "indicators", Indicator)
            self.unread |= {"indicators"} if group is None else set()
            found += [(file, index, entry) for index, entry in entries]
        self.unread |= {"indicators"} if not files and not optional else set()
        return found


def _list_indicator_files(folder: Path) -> list[str]:
    paths = (path for path in (folder / "indicators").glob("*.yaml") if not path.name.startswith("."))
    return sorted(path.relative_to(folder).as_posix() for path in paths)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name longer than the file system allows
        return False


def _find_strays(folder: Path, over: bool = False) -> list[Mistake]:
    """YAML files that nobody would read: a misspelt name must not make rules disappear in silence.

    ``over``: in a pack that extends another, whose days of work are the base's.
    """
    names = ("pack", "datasets", "units", "obligations", "doubts", "overlay" if over else "calendar")
    known = {f"{name}.yaml" for name in names}
    known.add("sources/sources.yaml")
    found = {
        path.relative_to(folder).as_posix()
        for pattern in ("*", "sources/*", "indicators/**/*", "cases/**/*")
        for path in folder.glob(pattern)
        if path.suffix.lower() in (".yaml", ".yml") and not path.name.startswith(".")
    }
    listed = "、".join(sorted(known))
    text = f"指标包里没有这样的文件，不会被读到；请改名，可用：{listed}、indicators/*.yaml、cases/*.yaml"
    read = re.compile(r"(indicators|cases)/[^/]+\.yaml")
    return [Mistake(name, 0, text) for name in found - known if not read.fullmatch(name)]


def _read_text(
    folder: Path, relative: str, mistakes: list[Mistake], most: int = MAX_FILE, optional: bool = False
) -> str | None:
    path = folder / relative
    if not _is_file(path):
        if not optional:
            mistakes.append(Mistake(relative, 0, "缺少这个文件；请补上"))
        return None
    try:
        if path.stat().st_size > most:
            text = f"文件超过 {most // 1_000_000} MB，不像是指标包的一部分；请换成正确的文件"
            mistakes.append(Mistake(relative, 0, text))
            return None
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        mistakes.append(Mistake(relative, 0, f"不是 UTF-8 编码（第 {error.start + 1} 个字节）；请另存为 UTF-8"))
    except OSError:
        mistakes.append(Mistake(relative, 0, "文件打不开；请检查它的权限，或是否被别的程序占用"))
    return None


def _read_sources(folder: Path, sources: SourcesFile | None, places: Places, mistakes: list[Mistake]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for index, source in enumerate(sources.sources if sources else ()):
        if source.file is None:
            continue
        where, line = places.file("sources/sources.yaml", "sources", index, "file")
        if Path(source.file).is_absolute() or ".." in Path(source.file).parts:
            text = f"依据 {source.id} 的 file 只能指 sources/ 里的文件；请把原文放进去"
            mistakes.append(Mistake(where, line, text))
            continue
        words = _read_text(folder, f"sources/{source.file}", mistakes)
        if words is None:
            continue
        texts[source.id] = words
        digest = hashlib.sha256((folder / "sources" / source.file).read_bytes()).hexdigest()
        if source.sha256 != digest:
            said = "没有写 sha256" if source.sha256 is None else "原文与登记的 sha256 不符，可能被改动"
            where, line = places.file("sources/sources.yaml", "sources", index, "sha256")
            text = f"依据 {source.id} {said}；核对 sources/{source.file} 后请写 sha256: {digest}"
            mistakes.append(Mistake(where, line, text))
    return texts


def hash_pack(folder: Path) -> str:
    """SHA-256 over names and contents of all files of the pack (hidden ones left out): the identity of its rules.

    It depends on nothing else: not on the order of files, on their time stamps or on the system.
    """
    digest = hashlib.sha256()
    names = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    for text, path in sorted(names.items()):
        if path.name.startswith("."):
            continue
        name = text.encode("utf-8", "surrogateescape")
        content = path.read_bytes()
        digest.update(len(name).to_bytes(8, "big") + name + len(content).to_bytes(8, "big") + content)
    return digest.hexdigest()
