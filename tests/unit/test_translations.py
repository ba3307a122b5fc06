"""Every sentence the till can say stands in every catalogue, and nothing else does.

The English sentences are read from the source by AST. In the presenters every string constant that looks
like prose counts, so one that is shown without `words.say` fails here too; elsewhere only what reaches `say`,
and what a `Sentence` is made of.
"""

import ast
import string
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

import centara_giftcard
from centara_giftcard.config.first import NotWritten
from centara_giftcard.domain.errors import EnvironmentFault, JournalError, NoToken, SettingsError, VaultError
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.sentences import Sentence
from centara_giftcard.resources import resource
from centara_giftcard.ui.presenters.first import LABELS
from centara_giftcard.words import LANGUAGES, Words

PACKAGE: Final = Path(centara_giftcard.__file__).parent
TRANSLATED: Final = tuple(language for language in LANGUAGES if language != "en")
COMPOSERS: Final = ("bootstrap.py", "demo.py", "demo_till.py", "serving.py", "window.py")
"""Modules outside the presenters that hand a sentence to `say`, or a badge to a Plan."""
TYPESETTER: Final = "printing/typesetter.py"
"""Says what stands on paper: all its texts are sentences, as a presenter's are."""

FAULTS: Final = {
    it.__name__ for it in (EnvironmentFault, JournalError, NoToken, NotWritten, SettingsError, VaultError)
}
READ_ON_A_CONSOLE: Final = {
    *("bundle.py", "commands.py", "demo_till.py", "doctor.py", "journal/reader.py"),
    *("probe/command.py", "probe/run.py"),
    *("printing/esc_pos.py", "printing/templates.py"),  # of paper the window has sentences of its own
}
"""Modules that raise faults which only the command line and the flight recorder tell."""

SHORT: Final = 10
"""A label of up to this many letters fits the rail, however short its English is."""

LONGEST: Final = 1.7
"""A translation may be this many times as long as the English before it needs a reason."""

SAME: Final = {
    "de": {
        "DEMO": "the same word",
        "Enter": "as printed on the key",
        "Esc": "as printed on the key",
        "Scanner": "the same word",
        "Server": "the same word",
        "Server {ms} ms": "the same word",
    },
    "is": {
        "Ctrl+P": "as printed on the key",
        "Enter": "as printed on the key",
        "Esc": "as printed on the key",
    },
}

LONG: Final = {
    "de": {
        "Closed": "the word of the button that closes",
        "Not held": "the field's word for a hold, as in Reservierung",
        "a table": "stands within a sentence",
    },
    "is": {"Customer": "there is no shorter word but slang"},
}


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


def patterns(tree: ast.AST) -> Iterator[str]:
    """What a `Sentence` is made of: a literal, or what a name in the same function stands for.

    Fails for any other: it could not be known here, and would stay English.
    """
    functions = [it for it in ast.walk(tree) if isinstance(it, ast.FunctionDef | ast.AsyncFunctionDef)]
    for scope in [tree, *functions]:
        texts: dict[str, list[str]] = {}
        for node in ast.walk(scope):
            if not isinstance(node, ast.Assign):
                continue
            for target, value in _assigned(node.targets[0], node.value):
                texts.setdefault(target, []).extend(_chosen(value))
        for node in ast.walk(scope):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Sentence":
                first = node.args[0]
                if isinstance(first, ast.Name) and scope is tree:
                    continue  # known within its function
                found = texts.get(first.id, []) if isinstance(first, ast.Name) else [*_chosen(first)]
                assert found, ast.unparse(node)
                yield from (text for text in found if has_words(text))


def _assigned(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, its in zip(target.elts, value.elts, strict=True):
            yield from _assigned(one, its)
    elif isinstance(target, ast.Name):
        yield target.id, value


def has_words(pattern: str) -> bool:
    """Whether there is anything to translate beside the fields."""
    return any(letter.isalpha() for text, _, _, _ in string.Formatter().parse(pattern) for letter in text)


def sentences_in(told: object) -> Iterator[Sentence]:
    """A sentence and those that fill it."""
    if isinstance(told, Sentence):
        yield told
        for value in told.fields.values():
            yield from sentences_in(value)


def untranslated(told: str, words: Words) -> set[str]:
    """What of a sentence stays English in another language; a text that is no sentence does as a whole."""
    if not isinstance(told, Sentence):
        return {told}
    return {it.pattern for it in sentences_in(told) if has_words(it.pattern) and words.tell(it) == it}


def sentences() -> dict[str, set[str]]:
    """Every English sentence with the modules that say it, as paths from the repository's root."""
    found: dict[str, set[str]] = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        for text in patterns(ast.parse(file.read_text(encoding="utf-8"))):
            found.setdefault(text, set()).add(file.relative_to(PACKAGE.parent).as_posix())
    presenters = [*sorted((PACKAGE / "ui" / "presenters").glob("*.py")), PACKAGE / TYPESETTER]
    for file in [*presenters, *(PACKAGE / name for name in COMPOSERS)]:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        texts = set(_said(tree))
        if file in presenters:
            texts |= {text for text in _constants(tree) if _is_prose(text)}
        for text in texts:
            found.setdefault(text, set()).add(file.relative_to(PACKAGE.parent).as_posix())
    return found


SENTENCES: Final = sentences()


@pytest.fixture(params=TRANSLATED)
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    """The catalogue of one language."""
    with resource(f"translations/{request.param}.po").open("rb") as file:
        return read_po(file, locale=request.param, abort_invalid=True)


def _language(catalogue: Catalog) -> str:
    return str(catalogue.locale)


def _messages(catalogue: Catalog) -> dict[str, str]:
    """English to translation, without the header."""
    return {str(message.id): str(message.string) for message in catalogue if message.id}


def _fields(sentence: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None)


def test_sentences_of_every_kind_are_found() -> None:
    assert {
        "Request payment",  # a literal argument
        "Taken from {card}",  # one of two
        "Not paid. The hold is gone",  # from a function's return
        "Which store is this?",  # from a table
        "{value} is listed twice",  # of a Sentence
        "{value} is longer than {most} characters",  # by a name
        "DEMO",  # a badge
        "TRAINING",
    } <= SENTENCES.keys()
    assert "0000 0000 0000 0000" not in SENTENCES


def _plain_faults(tree: ast.AST) -> Iterator[str]:
    """What is raised for a person with a text that nobody could translate."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
            name, told = getattr(node.exc.func, "id", ""), node.exc.args[0]
            if name in FAULTS and isinstance(told, ast.Constant | ast.JoinedStr):
                yield ast.unparse(told)


def test_a_fault_that_a_window_may_tell_is_a_sentence() -> None:
    files = [file for file in PACKAGE.rglob("*.py") if "sandbox" not in file.parts]
    names = {file: file.relative_to(PACKAGE).as_posix() for file in files}
    found = {names[it]: [*_plain_faults(ast.parse(it.read_text(encoding="utf-8")))] for it in files}
    assert {name for name, faults in found.items() if faults} == READ_ON_A_CONSOLE


def test_every_sentence_is_translated(catalogue: Catalog) -> None:
    messages = _messages(catalogue)
    assert [sentence for sentence in SENTENCES if not messages.get(sentence, "").strip()] == []


def test_nothing_stale_is_kept(catalogue: Catalog) -> None:
    assert [sentence for sentence in _messages(catalogue) if sentence not in SENTENCES] == []
    assert not catalogue.obsolete
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []


def test_placeholders_agree(catalogue: Catalog) -> None:
    messages = _messages(catalogue)
    assert {en: text for en, text in messages.items() if _fields(en) != _fields(text)} == {}


def test_no_translation_is_english_by_accident(catalogue: Catalog) -> None:
    same = {en for en, text in _messages(catalogue).items() if en == text}
    assert same == SAME[_language(catalogue)].keys()


def test_no_translation_outgrows_its_place(catalogue: Catalog) -> None:
    messages = _messages(catalogue)
    long = {en for en, text in messages.items() if len(text) > max(SHORT, LONGEST * len(en))}
    assert long == LONG[_language(catalogue)].keys()


def test_the_rail_has_room(catalogue: Catalog) -> None:
    messages = _messages(catalogue)
    assert [label for label, _ in LABELS.values() if len(messages[label]) > SHORT] == []


def test_translations_end_as_the_english_does(catalogue: Catalog) -> None:
    """A sentence stays a sentence, a label a label; `!` may stand for a full stop."""
    messages = _messages(catalogue)
    stops = {en for en, text in messages.items() if (en[-1] in ".?") != (text[-1] in ".?!")}
    assert stops <= {"Confirming. Do not charge again"}
    assert {en for en, text in messages.items() if text != text.strip() or "  " in text} == set()


def test_do_not_charge_again_is_said_the_same_way_everywhere(catalogue: Catalog) -> None:
    warning = {"de": "Nicht erneut kassieren!", "is": "Ekki rukka aftur!"}[_language(catalogue)]
    messages = _messages(catalogue)
    assert [en for en, text in messages.items() if ("Do not charge again" in en) != (warning in text)] == []


@pytest.mark.parametrize(
    ("english", "stems"),
    [
        ("balance slip", {"de": "guthabenbeleg", "is": "stöðumið"}),
        ("closed by", {"de": "geschlossen", "is": "loka"}),
        ("not closed", {"de": "geschlossen", "is": "loka"}),
    ],
)
def test_one_thing_has_one_word(catalogue: Catalog, english: str, stems: dict[str, str]) -> None:
    """What a button does is called so in History, in Help and in the headline after it."""
    messages = {en: text.casefold() for en, text in _messages(catalogue).items()}
    stem = stems[_language(catalogue)]
    same = ["Closed"] if "closed" in english else []
    told = [*same, *(en for en in messages if english in en.casefold())]
    assert [en for en in told if stem not in messages[en]] == []


def test_outcomes_cannot_be_mistaken(catalogue: Catalog) -> None:
    """Every headline of a sale that was not paid begins with the same words, other than `Paid`."""
    messages = _messages(catalogue)
    assert messages["Not paid"] != messages["Paid"]
    for english, text in messages.items():
        if english.startswith("Not paid"):
            assert text.startswith(messages["Not paid"])


def test_each_catalogue_is_in_order_and_names_the_modules(catalogue: Catalog) -> None:
    """Sorted by the English, each message with the modules that say it, so that changes read well."""
    messages = [message for message in catalogue if message.id]
    names = [str(message.id) for message in messages]
    assert names == sorted(names)
    assert {str(m.id): {place for place, _ in m.locations} for m in messages} == SENTENCES


def test_the_header_tells_language_and_encoding(catalogue: Catalog) -> None:
    header = dict(catalogue.mime_headers)
    assert header["Language"] == _language(catalogue)
    assert header["Content-Type"].lower() == "text/plain; charset=utf-8"
    text = resource(f"translations/{_language(catalogue)}.po").read_text(encoding="utf-8")
    assert "@" not in text


@pytest.mark.parametrize("language", TRANSLATED)
def test_words_speak_the_language(language: str) -> None:
    said = Words(language).say("Take payment {amount}", amount="5")
    assert said == {"de": "5 abbuchen", "is": "Gjaldfæra 5"}[language]
    assert Words(language).say("No catalogue holds this") == "No catalogue holds this"


@pytest.mark.parametrize(
    ("locale", "code", "minor", "written"),
    [
        ("de_DE", "EUR", 123456, "1.234,56\u00a0€"),
        ("de_DE", "EUR", -1250, "-12,50\u00a0€"),
        ("is_IS", "ISK", 123456, "123.456\u00a0kr."),
        ("is_IS", "ISK", 0, "0\u00a0kr."),
        ("is_IS", "EUR", 1250, "12,50\u00a0EUR"),
    ],
)
def test_amounts_are_written_as_the_country_does(locale: str, code: str, minor: int, written: str) -> None:
    assert Words(locale=locale).money(Money(minor, Currency.of(code))) == written


@pytest.mark.parametrize(("locale", "day"), [("de_DE", "05.01.2026"), ("is_IS", "5. jan. 2026")])
def test_days_and_hours_are_written_as_the_country_does(locale: str, day: str) -> None:
    words = Words(locale=locale)
    moment = datetime(2026, 1, 5, 14, 7, tzinfo=UTC)
    assert words.date(moment) == day
    assert words.time(moment) == "14:07"
    assert words.decimal_mark == ","
