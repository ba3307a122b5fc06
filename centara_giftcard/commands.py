"""The commands beside the window: sandbox server, doctor, journal, operators. None of them imports Qt."""

import io
import json
import sys

from centara_giftcard.config.settings import load
from centara_giftcard.config.vault import SystemVault
from centara_giftcard.domain.errors import EnvironmentFault
from centara_giftcard.journal import reader
from centara_giftcard.options import Options
from centara_giftcard.terminal.ports import Record


def run(options: Options) -> int:
    """Carry out `options.command` and return the exit status. Raises TerminalError."""
    match options.command:
        case ("sandbox",):
            return _sandbox(options)
        case ("doctor",):
            return _doctor(options)
        case ("operators", _):
            from centara_giftcard.operators import run_operators

            return run_operators(options)
        case _:
            return _journal(options)


def _doctor(options: Options) -> int:
    from centara_giftcard import bundle, doctor  # the journal's commands need no client and no scanner
    from centara_giftcard.probe.command import run_probe

    if options.probe is not None:
        return run_probe(options)
    if options.bundle is not None:
        return bundle.write_bundle(options, options.bundle)
    return doctor.store_token(options) if options.store_token else doctor.run_doctor(options)


def _sandbox(options: Options) -> int:
    from centara_giftcard.sandbox import SandboxError, SandboxServer

    decimals = 2
    if options.settings is not None:
        decimals = load(options.settings).till.currency.decimals
    try:
        SandboxServer(options.port, options.seed, decimals, options.dialect).serve_forever(_announce)
    except SandboxError as error:  # the sandbox imports nothing of ours, so its error is not of our tree
        raise EnvironmentFault(str(error)) from None
    return 0


def _announce(address: str) -> None:
    sys.stdout.write(f"{address}\n")
    sys.stdout.write(f"Point a till at it with --server {address} and any access token; Ctrl+C ends it.\n")
    sys.stdout.flush()  # whoever started it waits for the first line


def _journal(options: Options) -> int:
    folder, action = options.data_folder(), options.command[-1]
    if options.data_dir is not None and not folder.is_dir():  # a slip, not an empty journal
        raise EnvironmentFault(f"There is no data folder {folder}.")
    if action in {"export", "events"} and isinstance(sys.stdout, io.TextIOWrapper):
        # These are files for other programs: UTF-8 and plain line ends, whatever the console likes.
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    if action == "events":
        for event in reader.events(folder, options.subject):
            sys.stdout.write(f"{json.dumps(event, ensure_ascii=False)}\n")
        return 0
    if action == "export":
        (reader.export_csv if options.format == "csv" else reader.export_json)(folder, sys.stdout)
        return 0
    if action == "list":
        for record in reader.list_operations(folder):
            sys.stdout.write(f"{_line(record)}\n")
        return 0
    verdict = reader.verify(folder, SystemVault(folder, "").known_journal_key())
    lines = filter(None, (verdict.summary, *verdict.findings, verdict.unproven))
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 0 if verdict.sound else 1


def _line(record: Record) -> str:
    moment = f"{record.created_at:%Y-%m-%d %H:%M:%SZ}"
    closed = f"  closed by {record.closed.by}: {record.closed.reason}" if record.closed else ""
    return (
        f"{moment}  {record.kind:<10}  {record.state:<11}  {record.amount!s:>16}  {record.card:<9}"
        f"  {record.operator or '-'}  {record.id}{closed}"
    )
