"""The unsold sample cards of series with rules of their own can be sold, and by these rules only."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contract.conftest import Pos

GIFT_BOX = "6093000000000013"
FIFTY = "6094000000000012"


def test_a_card_in_a_gift_box_is_sold_for_any_amount(pos: Pos) -> None:
    assert pos.read(pos.get(f"giftcards/{GIFT_BOX}"))["seriesNumber"] == "6093"
    sold = pos.read(pos.post(f"giftcards/{GIFT_BOX}/_issue", '{"amount": 35.00}'))
    assert sold["account"]["amountOriginal"] == Decimal("35.00")


def test_a_card_of_fifty_is_sold_without_an_amount_and_never_for_another(pos: Pos) -> None:
    refused = pos.post(f"giftcards/{FIFTY}/_issue", '{"amount": 35.00}')
    assert (refused.status_code, refused.json()["code"]) == (422, "amount_fixed")
    assert pos.card(FIFTY)["created"] is None
    sold = pos.read(pos.post(f"giftcards/{FIFTY}/_issue"))
    assert (sold["seriesNumber"], sold["account"]["amountNet"]) == ("6094", Decimal("50.00"))
    assert pos.post(f"giftcards/{FIFTY}/_unissue").status_code == 204
