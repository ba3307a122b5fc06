"""The numbers of the look: the colours of both themes, and the sizes of three densities."""

from collections.abc import Iterator

from msgspec import Struct
from PySide6.QtGui import QColor

from centara_giftcard.ui.presenters.views import Tone


class Colours(Struct, frozen=True):
    """One theme's colours. `*_soft` is the ground that goes with the colour of the same name."""

    bg: QColor
    surface: QColor
    sunk: QColor
    sunk_hover: QColor
    sunk_press: QColor
    line: QColor
    ink: QColor
    ink2: QColor
    ink3: QColor
    brand: QColor
    on_brand: QColor
    brand_soft: QColor
    paid: QColor
    paid_soft: QColor
    held: QColor
    held_soft: QColor
    refused: QColor
    refused_soft: QColor
    unclear: QColor
    unclear_soft: QColor
    spent: QColor
    shade: QColor

    def tone(self, tone: Tone) -> QColor:
        """The colour that says `tone`; INFO is plain ink."""
        return {
            Tone.INFO: self.ink,
            Tone.HELD: self.held,
            Tone.ATTENTION: self.held,
            Tone.PAID: self.paid,
            Tone.REFUSED: self.refused,
            Tone.UNCLEAR: self.unclear,
        }[tone]

    def soft(self, tone: Tone) -> QColor:
        """The ground a text in `tone` stands on."""
        return {
            Tone.INFO: self.brand_soft,
            Tone.HELD: self.held_soft,
            Tone.ATTENTION: self.held_soft,
            Tone.PAID: self.paid_soft,
            Tone.REFUSED: self.refused_soft,
            Tone.UNCLEAR: self.unclear_soft,
        }[tone]

    def text_pairs(self) -> Iterator[tuple[QColor, QColor]]:
        """Every (text, ground) pair the widgets draw; each must reach 4.5:1."""
        for ground in (self.bg, self.surface):
            yield from ((ink, ground) for ink in (self.ink, self.ink2, self.ink3))
        yield from ((ink, ground) for ink in (self.ink, self.ink2) for ground in (self.sunk, self.sunk_hover))
        yield from ((self.ink, self.sunk_press), (self.ink, self.brand_soft), (self.ink2, self.brand_soft))
        yield (self.ink3, self.sunk)
        yield from ((self.brand, ground) for ground in (self.bg, self.surface, self.brand_soft))
        yield from ((self.on_brand, ground) for ground in (self.brand, self.paid, self.held))
        for tone in Tone:
            yield self.tone(tone), self.soft(tone)
            yield self.tone(tone), self.surface
            yield self.ink, self.soft(tone)


LIGHT = Colours(
    bg=QColor("#F3F5F8"),
    surface=QColor("#FFFFFF"),
    sunk=QColor("#E9EDF2"),
    sunk_hover=QColor("#DFE5EC"),
    sunk_press=QColor("#CFD8E2"),
    line=QColor("#D3DAE3"),
    ink=QColor("#0E1726"),
    ink2=QColor("#4A5668"),
    ink3=QColor("#5C6880"),
    brand=QColor("#0B5FA5"),
    on_brand=QColor("#FFFFFF"),
    brand_soft=QColor("#E3EEF8"),
    paid=QColor("#0A6B3D"),
    paid_soft=QColor("#E2F4EA"),
    held=QColor("#8A4B00"),
    held_soft=QColor("#FFF1DA"),
    refused=QColor("#A3231B"),
    refused_soft=QColor("#FBE7E5"),
    unclear=QColor("#5B2A86"),
    unclear_soft=QColor("#F1E7FA"),
    spent=QColor("#C6CFDA"),
    shade=QColor(14, 23, 38, 70),
)

DARK = Colours(
    bg=QColor("#0D131C"),
    surface=QColor("#161E2A"),
    sunk=QColor("#0F1620"),
    sunk_hover=QColor("#1E2938"),
    sunk_press=QColor("#2A3647"),
    line=QColor("#2A3647"),
    ink=QColor("#F2F5F9"),
    ink2=QColor("#B5C0CF"),
    ink3=QColor("#8C99AC"),
    brand=QColor("#4FA3E8"),
    on_brand=QColor("#06121E"),
    brand_soft=QColor("#16304A"),
    paid=QColor("#5BD598"),
    paid_soft=QColor("#10331F"),
    held=QColor("#FFC164"),
    held_soft=QColor("#3A2A0E"),
    refused=QColor("#FF9088"),
    refused_soft=QColor("#401917"),
    unclear=QColor("#CFA4F5"),
    unclear_soft=QColor("#2E1B42"),
    spent=QColor("#3B4757"),
    shade=QColor(0, 0, 0, 150),
)


class Sizes(Struct, frozen=True):
    """Logical pixels and font pixel sizes for one density; nothing is set under 13, no target under 48."""

    bar: int = 56
    bar_pad: int = 20
    rail: int = 104
    rail_item: int = 76
    rail_gap: int = 6
    rail_labels: bool = True
    pad_x: int = 28
    pad_y: int = 24
    gap_x: int = 24
    gap_y: int = 20
    panel_pad: int = 25
    decision: int = 404
    step: int = 28
    step_line: int = 46
    band: int = 88
    band_icon: int = 38
    band_indent: int = 82
    gap: int = 16
    key: int = 62
    key_gap: int = 10
    entry: int = 51
    entry_large: int = 82
    action: int = 72
    action_alone: int = 104
    take: int = 132
    face: int = 372
    bar_height: int = 18
    result_indent: int = 44
    prompt_bars: int = 104
    row: int = 56
    # Fonts
    figure: int = 60
    result: int = 72
    typed: int = 44
    prompt: int = 38
    title: int = 26
    headline: int = 22
    take_label: int = 26
    action_label: int = 20
    lead: int = 20
    advice: int = 18
    body: int = 16
    label: int = 15
    small: int = 14
    tiny: int = 13


ROOMY = Sizes()

SNUG = Sizes(
    rail=76,
    rail_item=68,
    rail_labels=False,
    pad_x=20,
    pad_y=18,
    gap_x=18,
    gap_y=16,
    panel_pad=20,
    decision=364,
    step_line=32,
    band=80,
    band_icon=34,
    band_indent=72,
    gap=14,
    key=60,
    entry_large=74,
    take=120,
    action_alone=92,
    result_indent=32,
    prompt_bars=92,
    row=52,
    figure=54,
    result=64,
    typed=40,
    prompt=32,
    title=24,
    headline=20,
    take_label=24,
    advice=17,
)

TIGHT = Sizes(
    bar=44,
    bar_pad=12,
    rail=60,
    rail_item=54,
    rail_gap=2,
    rail_labels=False,
    pad_x=12,
    pad_y=8,
    gap_x=10,
    gap_y=8,
    panel_pad=12,
    decision=316,
    step=22,
    step_line=20,
    band=64,
    band_icon=28,
    band_indent=54,
    gap=8,
    key=54,
    key_gap=4,
    entry=44,
    entry_large=46,
    action=50,
    action_alone=64,
    take=92,
    face=240,
    bar_height=14,
    result_indent=20,
    prompt_bars=64,
    row=50,
    figure=42,
    result=50,
    typed=30,
    prompt=24,
    title=20,
    headline=17,
    take_label=20,
    action_label=16,
    lead=16,
    advice=14,
    body=14,
    label=14,
    small=13,
    tiny=13,
)

STAGE_WIDTH, STAGE_HEIGHT = 1200, 800
"""The most the stage's content grows to; on a larger screen it centres."""


def sizes_for(width: int, height: int) -> Sizes:
    """The roomiest density that fits a window of this many logical pixels without cutting anything."""
    if width >= 1200 and height >= 720:
        return ROOMY
    if width >= 960 and height >= 640:
        return SNUG
    return TIGHT


def contrast(one: QColor, other: QColor) -> float:
    """WCAG 2.2 contrast ratio of two opaque colours, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mix(one: QColor, other: QColor, share: float) -> QColor:
    """`share` of `one` over the rest of `other`, opaque."""
    return QColor.fromRgbF(
        one.redF() * share + other.redF() * (1 - share),
        one.greenF() * share + other.greenF() * (1 - share),
        one.blueF() * share + other.blueF() * (1 - share),
    )


def _luminance(colour: QColor) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())
