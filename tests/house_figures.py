"""Figures of the house: `python tests/house_figures.py`. Signs, not targets: none is held against a limit.

lines               of the product, without the practice server
late imports        import statements within functions
questions           which kind of operation something is (`isinstance`, class patterns), outside of the domain
files of a scan     modules of the product that run from a scan to the painted balance, and their functions
comments            lines of comment for each hundred lines of code (docstrings are neither)
"""

import ast
import asyncio
import io
import os
import sys
import tempfile
import tokenize
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType
from typing import Final

HERE: Final = Path(__file__).parent
PRODUCT: Final = HERE.parent / "centara_giftcard"
OPERATIONS: Final = frozenset({"Payment", "Issue", "Operation"})

if __name__ == "__main__":
    sys.path[:0] = [str(HERE), str(HERE.parent)]


def sources(product: Path = PRODUCT) -> dict[str, str]:
    """The product's modules by their path, without the practice server."""
    return {
        path.relative_to(product).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(product.rglob("*.py"))
        if "sandbox" not in path.relative_to(product).parts
    }


def late_imports(text: str) -> int:
    """Import statements within functions."""
    functions = (
        node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    found = {
        part
        for function in functions
        for part in ast.walk(function)
        if isinstance(part, ast.Import | ast.ImportFrom)
    }
    return len(found)


def asked_kinds(text: str) -> int:
    """Calls of `isinstance` about an operation, and class patterns in a `match`."""
    return sum(1 for node in ast.walk(ast.parse(text)) if _asks(node))


def _asks(node: ast.AST) -> bool:
    if isinstance(node, ast.MatchClass):
        return isinstance(node.cls, ast.Name) and node.cls.id in OPERATIONS
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance"):
        return False
    return bool({part.id for part in ast.walk(node.args[1]) if isinstance(part, ast.Name)} & OPERATIONS)


def comments_and_code(text: str) -> tuple[int, int]:
    """Lines that are or bear a comment, and lines that bear code."""
    comments, code = set(), set()
    nothing = {tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            comments.add(token.start[0])
        elif token.type not in nothing:
            code |= set(range(token.start[0], token.end[0] + 1))
    return len(comments), len(code - _docstrings(text))


def _docstrings(text: str) -> set[int]:
    lines: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            lines |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return lines


def scan_touches(folder: Path) -> set[CodeType]:
    """The functions of the product that run from a scan to the painted balance, in a hidden window."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from e2e.program import Server, write_settings  # they import what is measured
    from e2e.unattended import Eyes, Witness

    from centara_giftcard.bootstrap import Plan, run
    from centara_giftcard.config.settings import load
    from centara_giftcard.domain.secrets import AccessToken
    from centara_giftcard.serving import Till

    ran: set[CodeType] = set()
    eyes, server = Eyes(Witness(folder / "witness")), Server(folder, cards=1)

    def note(frame: FrameType, _event: str, _word: object) -> None:
        if frame.f_code.co_filename.startswith(f"{PRODUCT}{os.sep}"):
            ran.add(frame.f_code)

    async def until(wanted: str) -> None:
        while (await eyes.seen.get())[0] != wanted:
            pass

    async def work(till: Till) -> int:
        await until("ready")
        await asyncio.sleep(0.5)  # what the start still had to do
        sys.setprofile(note)
        till.scan(server.new_card())
        await until("card")
        await asyncio.sleep(0.2)  # the window paints
        sys.setprofile(None)
        return 0

    settings = load(write_settings(folder / "settings.toml", server.address))
    token = AccessToken("figures")
    try:
        run(
            Plan(
                settings, folder / "data", use_keyring=False, token=token, drive=work, wrap_recorder=eyes.wrap
            )
        )
    finally:
        server.stop()
    return {code for code in ran if f"{os.sep}sandbox{os.sep}" not in code.co_filename}


def rows(folder: Path) -> Iterator[tuple[str, str]]:
    """The figures, each with its name."""
    texts = sources()
    lines = {name: text.count("\n") for name, text in texts.items()}
    longest = max(lines, key=lambda name: lines[name])
    comments, code = (sum(pair) for pair in zip(*map(comments_and_code, texts.values()), strict=True))
    ran = scan_touches(folder)
    yield "lines of the product, without the practice server", f"{sum(lines.values())} in {len(lines)} files"
    yield "longest file", f"{longest}, {lines[longest]} lines"
    yield "imports within functions", str(sum(map(late_imports, texts.values())))
    asked = sum(asked_kinds(text) for name, text in texts.items() if not name.startswith("domain/"))
    yield "questions which kind an operation is (outside of the domain)", str(asked)
    yield (
        "what a scan runs until its balance is painted",
        (f"{len({it.co_filename for it in ran})} files, {len(ran)} functions"),
    )
    yield "lines with a comment, for each hundred lines of code", f"{100 * comments / code:.1f}"


def main() -> int:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        for name, value in rows(Path(folder)):
            print(f"{name:<62} {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
