"""The tree of everything that can go wrong, by whose turn it is to act.

TerminalError
 ├─ CashierError           the cashier can mend it now: retype, scan again, choose another card
 │   ├─ AmountError        what was typed is no amount this till can ask for
 │   └─ CardNumberError    what was scanned or typed is no number of a card this till knows
 ├─ EnvironmentFault       something around the program: its settings, disk, device, another instance
 │   ├─ SettingsError      a settings file or a command line that cannot be used
 │   ├─ JournalError       the journal cannot be read or written
 │   ├─ StaffError         the list of operators cannot be used, or what is asked of it cannot be done
 │   └─ VaultError         the key or the token cannot be had
 │       └─ NoToken        nobody gave this till an access token yet
 └─ IllegalTransition      a bug: the payment machine was given an event its state does not know

Network results are no exceptions: a lost reply is an answer the machine must act on, so they are values
(see `domain.replies`).
"""


class TerminalError(Exception):
    """Base of all errors of this program; its text is one sentence for a person."""

    @property
    def sentence(self) -> str:
        """The same as it was made: a `domain.sentences.Sentence` where a window may tell it."""
        return str(self) if not self.args else self.args[0]


class CashierError(TerminalError):
    """The cashier can mend it. `reason` is a stable word that the face turns into its own sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class AmountError(CashierError):
    """Reasons: `empty`, `malformed`, `decimals`, `zero`, `too_large`; by a series' rules `below_minimum` and
    `above_maximum`."""


class CardNumberError(CashierError):
    """Reasons: `empty`, `malformed`, `unknown_series`, `one_missing` and `one_extra` (a digit), `too_short`
    and `too_long` by more, `length` between two series, `letter` in a series of digits, `check_digit`."""


class EnvironmentFault(TerminalError):
    """Something around the program that the shop or its support must mend."""


class SettingsError(EnvironmentFault):
    """Settings or command line cannot be used; the text names the key and the line where it can."""


class JournalError(EnvironmentFault):
    """The journal cannot be opened, read or written."""


class StaffError(EnvironmentFault):
    """The list of operators cannot be read or written, or a change to it makes no sense."""


class VaultError(EnvironmentFault):
    """The operating system's keyring, or the file that stands in for it, gives no key or token."""


class NoToken(VaultError):
    """Neither the keyring nor the environment has an access token for this till."""


class DisplayGone(TerminalError):
    """The display went away under the window: no page can tell of it."""


class IllegalTransition(TerminalError):
    """A bug in this program: an event reached a payment in a state that has no row for it."""
