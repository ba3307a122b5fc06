"""Where the stage's content stands."""

from PySide6.QtCore import QRect

from centara_giftcard.ui.tokens import STAGE_HEIGHT, STAGE_WIDTH, Sizes


def stage_rect(stage: QRect, sizes: Sizes) -> QRect:
    """The part of `stage` inside its padding; on a large screen it keeps its measure and centres."""
    room = stage.adjusted(sizes.pad_x, sizes.pad_y, -sizes.pad_x, -sizes.pad_y)
    wide, high = min(room.width(), STAGE_WIDTH), min(room.height(), STAGE_HEIGHT)
    return QRect(
        room.left() + (room.width() - wide) // 2, room.top() + (room.height() - high) // 2, wide, high
    )
