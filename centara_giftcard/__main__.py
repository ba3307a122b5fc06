"""The way in: read the command line, hand over to the command, turn every failure into one sentence.

Start-up time counts from here, so this module imports nothing that a command may not need.
"""

import contextlib
import ctypes
import errno
import gc
import io
import os
import sys

from centara_giftcard import __version__, crash
from centara_giftcard.display import display_problem, library_problem
from centara_giftcard.domain.errors import TerminalError
from centara_giftcard.domain.sentences import printable
from centara_giftcard.options import HELP, Options, parse

DONE, FAILED, INTERRUPTED = 0, 2, 130

_HAS_CONSOLE = sys.stderr is not None
_ERROR_BOX = 0x10  # MB_ICONERROR


def main(argv: list[str] | None = None) -> int:
    """Run one command and return the process's exit status. `argv` is without the program's name."""
    os.umask(0o077)  # whatever the session says: nothing that the till writes is for others
    _give_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console that lacks a letter is no reason to fail
    options = Options()
    try:
        options = parse(sys.argv[1:] if argv is None else argv)
        status = _run(options)
        sys.stdout.flush()
    except TerminalError as fault:
        return _say(str(fault))
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as fault:  # noqa: BLE001 - the contract: never a traceback
        if not _nobody_reads(fault):
            return _say(_unexpected(fault, options))
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python would flush again at exit
        return DONE
    finally:
        gc.enable()
    return status


def _run(options: Options) -> int:
    if options.help:
        sys.stdout.write(HELP)
        return DONE
    if options.version:
        sys.stdout.write(f"centara-giftcard {__version__}\n")
        return DONE
    if options.command:
        from centara_giftcard import commands

        return commands.run(options)
    return _open_window(options)


def _open_window(options: Options) -> int:
    gc.disable()  # up to the ready till, which turns it on again: start-up makes hardly any garbage
    if options.platform:
        os.environ["QT_QPA_PLATFORM"] = options.platform
    if sys.platform == "win32":  # Qt's offscreen platform looks for fonts only where this says
        os.environ.setdefault(
            "QT_QPA_FONTDIR", os.path.join(os.environ.get("WINDIR", r"C:\Windows"), "Fonts")
        )
    problem = None if options.demo else display_problem()  # the demo has a way without a display
    if problem:
        return _say(problem)
    from centara_giftcard.ui import qt

    qt.load()
    if options.demo:
        from centara_giftcard import demo

        return demo.run(options)
    from centara_giftcard import window

    return window.run_till(options)


def _unexpected(fault: Exception, options: Options) -> str:
    if isinstance(fault, ImportError) and (problem := library_problem(str(fault))):
        return problem
    if isinstance(fault, OSError) and fault.strerror:
        where = f": {fault.filename}" if fault.filename else ""
        sentence = f"{fault.strerror}{where}"
    else:
        sentence = f"The program stopped because of a fault of its own ({type(fault).__name__})"
    with contextlib.suppress(OSError):  # a folder that cannot be written may be the very fault
        return f"{sentence}. Details are in {crash.write(fault, options.data_folder())}."
    return f"{sentence}."


def _say(sentence: str) -> int:
    line = printable(sentence)  # a word may be hostile
    sys.stderr.write(f"centara-giftcard: {line}\n")
    if sys.platform == "win32" and not _HAS_CONSOLE:
        ctypes.windll.user32.MessageBoxW(None, line, "Centara gift cards", _ERROR_BOX)
    return FAILED


def _give_streams() -> None:
    """Give a program that was started from an icon of Windows the standard streams that it lacks."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - for ever


def _nobody_reads(fault: Exception) -> bool:
    """Whether `… | head` has what it wanted, which Windows calls EINVAL."""
    if sys.platform == "win32" and isinstance(fault, OSError):
        return fault.errno in {errno.EPIPE, errno.EINVAL} and fault.filename is None
    return isinstance(fault, BrokenPipeError)


if __name__ == "__main__":
    sys.exit(main())
