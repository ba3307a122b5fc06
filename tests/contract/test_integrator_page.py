"""The integrator's page: its exchanges are what client and server say, and its dialect file is one."""

import re
from pathlib import Path

from contract.exchanges import PAGE, exchanges, with_exchanges
from msgspec.structs import fields

from centara_giftcard.config.settings import example_toml
from centara_giftcard.domain.dialect import WireRules
from centara_giftcard.sandbox.dialect import Behaves
from centara_giftcard.sandbox.dialect_file import read_dialect

TEXT = PAGE.read_text(encoding="utf-8")


def test_the_exchanges_are_what_client_and_server_say() -> None:
    """Where they are not: `python tests/contract/exchanges.py` writes them anew."""
    made = exchanges()
    assert with_exchanges(TEXT, made) == TEXT
    assert set(re.findall(r"<!-- exchange: (\w+) -->", TEXT)) == made.keys()


def test_the_dialect_file_can_be_read_and_shows_all_that_a_server_may_do(tmp_path: Path) -> None:
    shown = re.search(r"<!-- dialect -->\n```toml\n(.*?)```", TEXT, re.DOTALL)
    assert shown is not None
    path = tmp_path / "dialect.toml"
    path.write_text(shown[1], encoding="utf-8")
    assert read_dialect(path).wire.amounts == "minor"
    assert all(f"\n{it.name} = " in shown[1] for it in fields(Behaves))


def test_every_setting_that_it_names_is_one() -> None:
    named = set(re.findall(r"`(\w+_(?:path|field|as|query|header|scheme|when|zone|holds))\b", TEXT))
    assert named
    assert named <= {it.name for it in fields(WireRules)}
    assert named == {it for it in named if re.search(rf"^{it} = ", example_toml(), re.MULTILINE)}


def test_its_links_lead_somewhere() -> None:
    for link in re.findall(r"\]\(([^)]+)\)", TEXT):
        assert (PAGE.parent / link).exists(), link
