"""Measure the till's figures and print them in one table: `python tests/bench/run.py [--quick]`.

Exit status 1 where a limit is missed. What each figure measures, and what it leaves out, stands in the
docstring of its module: `startup`, and `sales` for those of a whole sale. It needs Linux and Xvfb, and a
machine with little else to do; `--quick` takes a minute and shows only whether something is far off.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import sales
import startup
from figures import Row, table
from processes import BenchError, sandbox, virtual_display


def main() -> int:
    """Measure, print, and return the exit status."""
    parser = argparse.ArgumentParser(
        description="Measure the till's figures; exit status 1 if a limit is missed."
    )
    parser.add_argument("--quick", action="store_true", help="few rounds, for a first look")
    quick: bool = parser.parse_args().quick
    try:
        rows = measure(quick)
    except BenchError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"{table(rows)}\n")
    return 1 if any(row.met is False for row in rows) else 0


def measure(quick: bool) -> list[Row]:
    """All rows, on one display. Raises BenchError."""
    with tempfile.TemporaryDirectory() as name, virtual_display() as display:
        folder = Path(name)
        scans = 20 if quick else 200
        with sandbox(folder, scans + 3) as address:
            rows = sales.presses(scans, display, address, folder)
            rows += startup.measure(5 if quick else 25, display, address, folder)
            rows += sales.blocks(5 if quick else 40, display, address, folder)
        with sandbox(folder) as address:
            rows += sales.memory((20, 60) if quick else (100, 1000), display, address, folder)
    return rows


if __name__ == "__main__":
    sys.exit(main())
