"""What every walk of a probe does: try other settings, read the card, write down what happens to money."""

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from msgspec import Struct
from msgspec.structs import replace

from centara_giftcard.config.amend import toml
from centara_giftcard.config.settings import LoyaltySettings, Settings
from centara_giftcard.domain.cards import CardStatus, KnownCard
from centara_giftcard.domain.dialect import WireRules
from centara_giftcard.domain.errors import JournalError
from centara_giftcard.domain.issue import Undone
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.operation import Reply, StatusSeen
from centara_giftcard.domain.payment import Release
from centara_giftcard.domain.replies import Cause, StatusFailed
from centara_giftcard.domain.secrets import InstrumentId
from centara_giftcard.domain.sentences import Sentence, either, together
from centara_giftcard.probe import sentences, traits
from centara_giftcard.probe.finding import Finding, Mark
from centara_giftcard.probe.raw import Raw
from centara_giftcard.terminal.journal_words import word_of
from centara_giftcard.terminal.operations import step
from centara_giftcard.terminal.ports import Clock, Ids, Journal, Loyalty, Operation

READINGS: Final = 3
PAUSE_S: Final = 1.0
"""A reading that fails, or does not show yet what it should, is repeated after this."""

TOKEN_WAYS: Final = (
    ("Authorization", "Bearer"),
    ("Authorization", ""),
    ("Authorization", "Token"),
    ("Authorize", "Bearer"),  # Centara's own page spells it so once
    ("Authentication", "Bearer"),  # and so once
    ("X-Api-Key", ""),
)
"""Ways of giving the token that are tried where the one that is set is not accepted: with a reading only, at
the same server, and never in an address, which stands in logs."""

BASES: Final = ("/loyalty/api/v1/pos", "/loyalty/gw")
"""The base paths that Centara's pages name."""


class Connect(Protocol):
    """Makes a client that goes by these settings; `hear` is told every reply as it came."""

    def __call__(self, loyalty: LoyaltySettings, hear: Callable[[Raw], None], /) -> Loyalty: ...


class World(Struct, frozen=True):
    """What a walk needs around it. `tell` hears each finding as it is made."""

    connect: Connect
    journal: Journal
    clock: Clock
    ids: Ids
    tell: Callable[[Finding], None]


class Outcome(Struct, frozen=True):
    """How a walk ended. `loyalty` are the settings that it went by in the end, `differs` those of the wire
    that are not set so. `passed`: it came to its end, and nothing is wrong that these would not mend."""

    loyalty: LoyaltySettings
    differs: Mapping[str, Any]
    passed: bool


class Stopped(Exception):
    """The walk goes no further; its finding says why."""

    def __init__(self, subject: str, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.finding: Finding = Mark.FAIL, subject, sentence


class Steps:
    """One walk with one card that has `balance` on it, or is to have; `amount` is what is held of it."""

    def __init__(
        self, world: World, settings: Settings, card: KnownCard, balance: Money, amount: Money
    ) -> None:
        self.world = world
        self.settings = settings
        self.known = card
        self.card = card.number
        self.balance = balance
        self.amount = amount
        self.trying = settings.loyalty
        self.differs: dict[str, Any] = {}
        self.failed = False
        self.operation: Operation | None = None
        self._heard: list[Raw] = []
        self._clients: list[Loyalty] = []
        self._try(self.trying)

    async def go(self) -> Outcome:
        """Walk to the end, or as far as it is safe. Raises JournalError while nothing is sent yet."""
        came_through = False
        try:
            await self.walk()
            came_through = True
        except Stopped as stop:
            self.world.tell(stop.finding)
        finally:
            for client in self._clients:
                await client.close()
            if self.operation is not None and not self.operation.settled:
                self.wrong("left", sentences.left_behind(self.operation))
        return Outcome(self.trying, self.differs, came_through and not self.failed)

    async def walk(self) -> None:
        """The steps, one after the other. Raises Stopped."""
        raise NotImplementedError

    # --- findings ---------------------------------------------------------------------------------------

    def found(self, subject: str, trait: Sentence, **wire: Any) -> None:
        """Tell a trait; where other settings are set it is a FAIL, and from now on these are tried."""
        others = {name: value for name, value in wire.items() if getattr(self.trying.wire, name) != value}
        if not others:
            return self.world.tell((Mark.OK, subject, trait))
        self.differs.update(others)
        settings = together([f"loyalty.wire.{name} = {toml(value)}" for name, value in others.items()])
        self.world.tell((Mark.FAIL, subject, sentences.to_set(trait, settings)))
        return self._try(replace(self.trying, wire=replace(self.trying.wire, **others)))

    def go_by(self, wire: WireRules) -> None:
        """Try these settings of the wire now."""
        if wire != self.trying.wire:
            self._try(replace(self.trying, wire=wire))

    def wrong(self, subject: str, sentence: Sentence) -> None:
        """Tell what no setting that was found would mend."""
        self.failed = True
        self.world.tell((Mark.FAIL, subject, sentence))

    def _try(self, loyalty: LoyaltySettings) -> None:
        self.trying = loyalty
        self._clients.append(self.world.connect(loyalty, self._heard.append))

    @property
    def loyalty(self) -> Loyalty:
        """The client that goes by the settings that are tried now."""
        return self._clients[-1]

    @property
    def last(self) -> Raw:
        """The last reply as it came."""
        return self._heard[-1] if self._heard else Raw("", 0, {}, b"")

    # --- reading ----------------------------------------------------------------------------------------

    async def read(self, expected: InstrumentId | None = None) -> CardStatus | StatusFailed:
        """Read the card, a few times where it may help."""
        for _ in range(READINGS - 1):
            result = await self.loyalty.status(self.card, expected)
            if isinstance(result, CardStatus) or result.cause not in sentences.PASSING:
                return result
            await self.world.clock.sleep(PAUSE_S)
        return await self.loyalty.status(self.card, expected)

    async def look(
        self, expected: InstrumentId | None, fits: Callable[[CardStatus], bool]
    ) -> CardStatus | StatusFailed:
        """Read the card; once more after a while where it is not yet as it should be."""
        first = await self.read(expected)
        if isinstance(first, StatusFailed) or fits(first):
            return first
        await self.world.clock.sleep(PAUSE_S)
        return await self.read(expected)

    async def read_first(self, fits: Callable[[CardStatus], bool]) -> CardStatus:
        """Read the card for the first time; find out how the token is given, where the server is, what its id
        is called and in which units its amounts are: those in which the card `fits`."""
        status = await self.read()
        if isinstance(status, StatusFailed) and status.cause is Cause.NOT_ACCEPTED:
            status = await self._with_token_otherwise(status)
        elif isinstance(status, StatusFailed) and status.cause is Cause.NOT_FOUND:
            status = await self._at_another_base(status)
        if isinstance(status, StatusFailed) and traits.lacks_id(status, self.trying.wire):
            status = await self._by_another_id(status)
        if isinstance(status, StatusFailed) or not fits(status):
            status = await self._in_other_units(status, fits)
        if isinstance(status, StatusFailed):
            why = sentences.not_read(status, self.last, self.trying.group)
            raise Stopped("card", Sentence("{reason}. Nothing but this question was sent", reason=why))
        return status

    def check_series(self, status: CardStatus) -> None:
        """Stop where the server counts the card to another series than its number says."""
        series = self.known.series
        if series is not None and status.series_number not in ("", series.number):
            told = (
                'the server counts the card to series "{its}", the settings to "{ours}" ({name}): '
                "mend the number of that series. Nothing was moved"
            )
            its, ours = status.series_number, series.number
            raise Stopped("series", Sentence(told, its=its, ours=ours, name=series.name))

    async def _by_another_id(self, unread: StatusFailed) -> CardStatus | StatusFailed:
        """Find the card's id under another name, where one member only can be it."""
        own = self.last
        fitting = traits.ids(own, self.card)
        if len(fitting) > 1:
            told = "the card's id may be {names}: set loyalty.wire.instrument_field to the right one"
            raise Stopped("ids", Sentence(told, names=either(fitting)))
        for path in fitting:
            status = await self._read_with(instrument_field=path)
            if isinstance(status, CardStatus):
                self.found("ids", Sentence("the card's id is {name}", name=path), instrument_field=path)
                return status
        self._heard.append(own)
        return unread

    async def _in_other_units(
        self, status: CardStatus | StatusFailed, fits: Callable[[CardStatus], bool]
    ) -> CardStatus | StatusFailed:
        """Read the card in the other units; its balance tells which are right."""
        other, own = ("major" if self.trying.wire.amounts == "minor" else "minor"), self.last
        if not self._may_be_other_units(status):
            return status
        again = await self._read_with(amounts=other)
        if isinstance(again, CardStatus) and fits(again):
            told = "amounts are in minor units" if other == "minor" else "amounts are in major units"
            self.found("units", Sentence(told), amounts=other)
            return again
        self._heard.append(own)
        return status

    def _may_be_other_units(self, status: CardStatus | StatusFailed) -> bool:
        times: int = 10**self.balance.currency.decimals
        if times == 1:
            return False
        if isinstance(status, StatusFailed):
            return status.cause is Cause.UNREADABLE
        net, said = status.balance.net.minor, self.balance.minor
        return net == said * times or net * times == said

    async def _read_with(self, **wire: Any) -> CardStatus | StatusFailed:
        """Read the card once by other settings, and go on by those that were tried before."""
        usual = self.trying
        self._try(replace(usual, wire=replace(usual.wire, **wire)))
        status = await self.loyalty.status(self.card)
        self._try(usual)
        return status

    async def _with_token_otherwise(self, refused: StatusFailed) -> CardStatus | StatusFailed:
        """Try the same token in other headers, at the same server and only with a reading."""
        wire, own = self.trying.wire, self.last
        asked_for = own.headers.get("www-authenticate", "").split(" ")[0]
        tried = {(wire.auth_header, wire.auth_scheme)}
        wanted = [("Authorization", asked_for)] if asked_for.isalpha() else []
        for way in (*wanted, *TOKEN_WAYS):
            if way in tried or way[1] in {"Basic", "Digest", "Negotiate"}:
                continue
            tried.add(way)
            names = {"auth_header": way[0], "auth_scheme": way[1]}
            status = await self._read_with(**names)
            if not (isinstance(status, StatusFailed) and status.cause is Cause.NOT_ACCEPTED):
                header = f"{way[0]}: {way[1]} …".replace(":  …", ": …")
                self.found("token", Sentence("it is accepted as “{header}”", header=header), **names)
                return await self.read()
        self._heard.append(own)
        self.world.tell(
            (Mark.LEFT_OUT, "token", "in an address (loyalty.wire.auth_query) it is not tried: logs keep it")
        )
        return refused

    async def _at_another_base(self, unknown: StatusFailed) -> CardStatus | StatusFailed:
        """Ask at the other base paths that Centara's pages name, on the same host."""
        usual, own = self.trying, self.last
        scheme, _, rest = usual.server.partition("://")
        host = f"{scheme}://{rest.partition('/')[0]}"
        for base in BASES:
            if host + base == usual.server:
                continue
            self._try(replace(usual, server=host + base))
            status = await self.loyalty.status(self.card)
            if isinstance(status, CardStatus) or (self.last.is_own and not own.is_own):
                trait, setting = (
                    Sentence("it answers at another path"),
                    f"loyalty.server = {toml(host + base)}",
                )
                self.world.tell((Mark.FAIL, "server", sentences.to_set(trait, setting)))
                return status
        self._try(usual)
        self._heard.append(own)
        return unknown

    # --- the journal ------------------------------------------------------------------------------------

    async def begin(self, operation: Operation) -> None:
        """Write the intent down. Raises JournalError: then nothing may be sent."""
        await self.world.journal.record(operation, "requested")
        self.operation = operation

    async def happened(self, event: Reply | Release | StatusSeen | Undone) -> None:
        """Bring an event to the operation and write it down. A journal that fails stops nothing now: what is
        held must be let go."""
        if self.operation is None:
            return
        self.operation, _ = step(self.operation, event)
        try:
            await self.world.journal.record(self.operation, word_of(event))
        except JournalError as fault:
            self.wrong("journal", Sentence("{fault}", fault=fault.sentence))

    async def seen(self, status: CardStatus) -> None:
        """Bring a reading to the operation."""
        at_s = self.world.clock.monotonic()
        await self.happened(StatusSeen(status.balance, at_s, status.issued, status.original, status.expires))
