"""The README tells the truth: its commands, its tables and its links."""

import re
from pathlib import Path

from centara_giftcard.options import COMMANDS
from centara_giftcard.sandbox.faults import fault_table

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def between(mark: str) -> str:
    return README.split(f"<!-- {mark} -->\n", 1)[1].split(f"<!-- /{mark} -->", 1)[0]


def test_the_quick_start_is_two_commands_of_one_line() -> None:
    section = README.split("## Quick start", 1)[1].split("\n## ", 1)[0]
    assert re.findall(r"```\w*\n(.*?)\n```", section, re.S) == [
        "python3 packaging/quickstart.py demo",
        "python3 packaging/quickstart.py test",
    ]


def test_the_table_of_misbehaving_cards_is_the_sandboxs() -> None:
    assert between("faults").strip() == fault_table().strip()


def test_every_link_leads_to_a_file() -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_command_of_the_program_is_told() -> None:
    for command in COMMANDS:
        if command:
            assert " ".join(command[-1:]) in README, command
