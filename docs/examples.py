"""Run the commands that stand in the pages and put their real output under them.

python docs/examples.py docs/tutorial.md [more pages]

A page's ```console blocks (``$ command`` lines) and ```pycon blocks (``>>>`` lines) are run in order, in an empty folder
that holds copies of ``data/articles``, ``configs`` and ``notebooks``. A comment in the line above a block changes that:

<!-- lines 12 -->      keep the first 12 lines of each output
<!-- not run: why -->  leave the block as it is
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
WIDTH = 92  # characters that a block of the site shows without a scroll bar
BLOCK = re.compile(r"(?P<note><!-- (?P<said>[^\n]*) -->\n)?```(?P<kind>console|pycon)\n(?P<body>.*?)```", re.DOTALL)
COMMAND = re.compile(r"^\$ ([^\n]*<<'END'\n.*?^END|[^\n]*)\n", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """One block of examples: ``console`` or ``pycon``, its text, and what the comment above it says."""

    kind: str
    body: str
    said: str

    @property
    def is_run(self) -> bool:
        """False where the comment above says not to."""
        return not self.said.startswith("not run")

    @property
    def lines(self) -> int | None:
        """How much of an output is kept."""
        found = re.fullmatch(r"lines (\d+)", self.said)
        return int(found[1]) if found else None

    def commands(self) -> list[str]:
        """The shell commands of a console block."""
        return COMMAND.findall(self.body)


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a page, in order."""
    for match in BLOCK.finditer(text):
        yield Block(match["kind"], match["body"], match["said"] or "")


def refresh(text: str, folder: Path) -> str:
    """The page with every output as it is now."""
    python: dict[str, Any] = {}

    def run(match: re.Match[str]) -> str:
        block = Block(match["kind"], match["body"], match["said"] or "")
        if not block.is_run:
            return match[0]
        body = _console(block, folder) if block.kind == "console" else _python(block, python)
        return f"{match['note'] or ''}```{block.kind}\n{body}```"

    return BLOCK.sub(run, text)


def _console(block: Block, folder: Path) -> str:
    code, out = 0, []
    for command in block.commands():
        done = subprocess.run(
            ["bash", "-c", f"(exit {code}); {command}"], cwd=folder, env=_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        code = done.returncode
        print(f"[{code}] $ {command}", file=sys.stderr)
        out.append(f"$ {command}\n{_tidy(done.stdout, block.lines)}")
    return "\n".join(out) if block.lines else "".join(out)


def _environment() -> dict[str, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"PATH": path, "COLUMNS": str(WIDTH), "NO_COLOR": "1", "TERM": "dumb", "PYTHONWARNINGS": "ignore"}


def _python(block: Block, names: dict[str, Any]) -> str:
    out = []
    for example in doctest.DocTestParser().get_examples(block.body):
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            try:
                exec(compile(example.source, "<example>", "single"), names)
            except Exception as error:
                traceback.print_exc()
                said.write("".join(traceback.format_exception_only(error)))
        source = example.source.rstrip("\n").replace("\n", "\n... ")
        out.append(f">>> {source}\n{_tidy(said.getvalue(), block.lines)}")
    return "".join(out)


def _tidy(text: str, lines: int | None) -> str:
    kept = [line.rstrip() for line in text.replace("\u00a0", " ").splitlines()]
    while kept and not kept[-1]:
        kept.pop()
    if lines is not None and len(kept) > lines:
        kept = [*kept[:lines], "..."]
    return "".join(f"{line}\n" for line in kept)


def main(pages: list[str]) -> None:
    """Refresh each page in a folder of its own."""
    home = Path.cwd()
    for page in (home / name for name in pages):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("data/articles", "configs", "notebooks"):
                shutil.copytree(ROOT / name, Path(folder) / name)
            (Path(folder) / "models").symlink_to(ROOT / "models")
            (Path(folder) / "data/stance").symlink_to(ROOT / "data/stance")
            os.chdir(folder)
            try:
                page.write_text(refresh(page.read_text("utf-8"), Path(folder)), "utf-8")
            finally:
                os.chdir(home)


if __name__ == "__main__":
    os.environ |= {"COLUMNS": str(WIDTH), "NO_COLOR": "1", "TERM": "dumb"}
    main(sys.argv[1:])
