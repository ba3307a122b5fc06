"""The first-run set-up writes a settings file that the till can start with."""

from pathlib import Path

import pytest

from centara_giftcard.config.first import check_answer, write_first
from centara_giftcard.config.settings import load
from centara_giftcard.domain.errors import SettingsError

ANSWERS = {
    "till.store": 'The "Corner" shop',
    "till.pos": "3",
    "till.currency": "ISK",
    "till.locale": "is_IS",
    "till.language": "system",
    "loyalty.server": "https://loyalty.example/api",
    "loyalty.group": "acme",
}


def test_what_was_answered_is_what_the_till_loads(tmp_path: Path) -> None:
    file = tmp_path / "new" / "settings.toml"
    write_first(file, ANSWERS)
    settings = load(file)
    assert (settings.till.store, settings.till.currency.code) == ('The "Corner" shop', "ISK")
    assert settings.loyalty.server == "https://loyalty.example/api"
    assert [path.name for path in file.parent.iterdir()] == ["settings.toml"]


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("till.currency", "EURO"),
        ("loyalty.server", "http://loyalty.example"),
        ("loyalty.group", ""),
        ("till.locale", "C"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_with_a_sentence(name: str, answer: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name}: .*\\.$"):
        check_answer(name, answer)


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SettingsError, match="cannot be written"):
        write_first(tmp_path / "file" / "settings.toml", ANSWERS)
