"""Windows of these tests are drawn in memory; a test that needs a display starts one of its own."""

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"
