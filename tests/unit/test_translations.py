"""Every sentence the till can say stands in every catalogue, and nothing else does.

The English sentences are read from the source by AST. In the presenters every string constant that looks
like prose counts, so one that is shown without `words.say` fails here too; elsewhere only what reaches `say`.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import centara_giftcard
from centara_giftcard.words import LANGUAGES

PACKAGE: Final = Path(centara_giftcard.__file__).parent
TRANSLATED: Final = tuple(language for language in LANGUAGES if language != "en")
COMPOSERS: Final = ("bootstrap.py", "demo.py", "window.py")
"""Modules outside the presenters that hand a sentence to `say`, or a badge to a Plan."""

SHORT: Final = 10
"""A label of up to this many letters fits the rail, however short its English is."""

LONGEST: Final = 1.7
"""A translation may be this many times as long as the English before it needs a reason."""

SAME: Final = {
    "de": {
        "DEMO": "the same word",
        "Enter": "as printed on the key",
        "Esc": "as printed on the key",
        "Name": "the same word",
        "Scanner": "the same word",
        "Server": "the same word",
        "Server {ms} ms": "the same word",
    },
    "is": {
        "Enter": "as printed on the key",
        "Esc": "as printed on the key",
    },
}

LONG: Final[dict[str, dict[str, str]]] = {"de": {}, "is": {}}


def _is_prose(text: str) -> bool:
    letters = any(letter.isalpha() for letter in text)
    word = text[:1].isupper() and any(letter.islower() for letter in text)
    return letters and (word or " " in text)


def _constants(node: ast.AST) -> Iterator[str]:
    """The string constants under `node`, without docstrings and annotations."""
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or _is_docstring(child):
                continue
            if isinstance(child, ast.Constant) and isinstance(child.value, str):
                yield child.value
            yield from _constants(child)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _chosen(node: ast.AST) -> Iterator[str]:
    """The texts that an argument may have: a literal, or one of two."""
    if isinstance(node, ast.IfExp):
        yield from _chosen(node.body)
        yield from _chosen(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value


def _said(tree: ast.AST) -> Iterator[str]:
    """What is handed to `say` or to a keyword `badge` as a literal."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name == "say" and node.args:
            yield from _chosen(node.args[0])
        for keyword in node.keywords:
            if keyword.arg == "badge":
                yield from _chosen(keyword.value)


def sentences() -> dict[str, set[str]]:
    """Every English sentence with the modules that say it, as paths from the repository's root."""
    found: dict[str, set[str]] = {}
    presenters = sorted((PACKAGE / "ui" / "presenters").glob("*.py"))
    for file in [*presenters, *(PACKAGE / name for name in COMPOSERS)]:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        texts = set(_said(tree))
        if file in presenters:
            texts |= {text for text in _constants(tree) if _is_prose(text)}
        for text in texts:
            found.setdefault(text, set()).add(file.relative_to(PACKAGE.parent).as_posix())
    return found
