"""Inputs -> items: files, folders and globs as ``sayso.read`` takes them, at any address that fsspec knows."""

from __future__ import annotations

import glob
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sayso.corpus.items import Item, Page
from sayso.errors import InputError, MissingExtraError
from sayso.read import MAX_CHARS, read_file
from sayso.read.encoding import Unreadable
from sayso.read.files import Manifests, find, is_article_file
from sayso.read.formats import WARCS, check_columns
from sayso.read.warc import load_fastwarc, warc_pages
from sayso.types import Skipped

HTML = (".html", ".htm")


@dataclass(frozen=True, slots=True)
class Source:
    """One file. ``prefix`` is its folder within the input that named it: ids made of file names stay apart with it."""

    address: str
    prefix: str
    fs: Any = None
    """The remote file system; None for a local file."""

    @property
    def size(self) -> int:
        """Bytes; 0 where the file system does not tell."""
        try:
            return int((self.fs.size(self.fs._strip_protocol(self.address)) or 0) if self.fs else Path(self.address).stat().st_size)
        except OSError:
            return 0


def sources(inputs: Sequence[str]) -> list[Source]:
    """Files, folders, globs and addresses (``s3://bucket/news/*.parquet``) -> files in order, each once.

    Raises InputError for an input that leads to no file or to a table without a text column, MissingExtraError for one
    whose library is missing. Remote tables are looked into only when their turn comes.
    """
    found: dict[str, Source] = {}
    for given in inputs:
        for source in _remote(given) if "://" in given or "::" in given else _local(given):
            found.setdefault(source.address if source.fs else str(Path(source.address).resolve()), source)
    for source in found.values():
        if source.fs is None:
            check_columns(Path(source.address))
        elif source.address.lower().endswith(WARCS):
            load_fastwarc()
    return list(found.values())


def _local(given: str) -> Iterator[Source]:
    root = Path(given)
    while glob.has_magic(str(root)) and not root.exists():
        root = root.parent
    for file in find([given]):
        inside = file.parent.relative_to(root).as_posix() if root.is_dir() else "."
        yield Source(str(file), "" if inside == "." else f"{inside}/")


def _remote(given: str) -> Iterator[Source]:
    try:
        import fsspec
    except ImportError:
        raise MissingExtraError(f"reading {given}", "corpus") from None
    try:
        fs, path = fsspec.url_to_fs(given)
        if glob.has_magic(path):
            files = sorted(fs.glob(path))
        elif fs.isdir(path):
            files = sorted(f for f in fs.find(path) if is_article_file(f.rsplit("/", 1)[-1]))
        else:
            files = [path] if fs.exists(path) else []
    except (ImportError, ValueError) as error:  # fsspec says which package an address needs
        raise InputError(f"{given}: found an address that cannot be opened ({error}); install what it needs, or check the spelling") from error
    except Exception as error:  # each file system has its own family of errors
        raise InputError(f"{given}: {type(error).__name__}: {error}; check the address and the rights to it") from error
    if not files:
        raise InputError(f"{given}: found no article file there; check the address")
    root = path if not glob.has_magic(path) else path[: min(path.index(c) for c in "*?[" if c in path)].rpartition("/")[0]
    for file in files:
        inside = file.removeprefix(root.rstrip("/")).lstrip("/").rpartition("/")[0] if file != path else ""
        yield Source(fs.unstrip_protocol(file), f"{inside}/" if inside else "", fs)


def read_sources(files: Sequence[Source], manifest: Path | None, language: str | None, max_chars: int = MAX_CHARS) -> Iterator[tuple[Source, Item]]:
    """Yield every article, page and fault of the files in order. A remote file is copied here, read, and removed again."""
    manifests = Manifests(manifest)
    for source in files:
        if source.fs is None:
            for item in _items(source, Path(source.address), manifests, language, max_chars):
                yield source, item
            continue
        with tempfile.TemporaryDirectory(prefix="sayso-") as folder:
            local = Path(folder) / source.address.rsplit("/", 1)[-1]
            try:
                source.fs.get_file(source.fs._strip_protocol(source.address), str(local))
                check_columns(local)
            except InputError as error:
                yield source, Skipped(source.address, "read", str(error).replace(str(local), source.address))
                continue
            except Exception as error:
                reason = f"{source.address}: cannot be fetched ({type(error).__name__}: {error}); check the address and try again"
                yield source, Skipped(source.address, "read", reason)
                continue
            for item in _items(source, local, manifests, language, max_chars):
                yield source, item


def _items(source: Source, file: Path, manifests: Manifests, language: str | None, max_chars: int) -> Iterator[Item]:
    name = file.name.lower()
    given = manifests.of(file)
    if name.endswith(WARCS):
        yield from _archived(source, file, max_chars)
    elif name.endswith(HTML) and 0 < file.stat().st_size <= 4 * max_chars:
        id_ = str(given.get("id") or source.prefix + file.stem)
        yield Page(id_, source.address, file.read_bytes(), {**given, "id": id_})
    else:
        for _, item in read_file(file, given, prefix=source.prefix, language=language, max_chars=max_chars):
            if isinstance(item, Skipped) and source.fs is not None:
                at = str(file)
                item = Skipped(item.article.replace(at, source.address), item.stage, item.reason.replace(at, source.address))
            yield item


def _archived(source: Source, file: Path, max_chars: int) -> Iterator[Item]:
    try:
        for page in warc_pages(file, max_chars):
            yield Page(page.id, f"{source.address}, {page.id}", page.raw, {"id": page.id, "url": page.url}, page.charset)
    except (Unreadable, OSError, ValueError) as error:
        yield Skipped(source.address, "read", f"{source.address}: {error}")
