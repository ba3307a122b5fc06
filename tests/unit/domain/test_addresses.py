"""Which addresses are taken: no more than every library reads alike."""

import pytest

from centara_giftcard.domain.addresses import call_address, printer_address, server_address


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("https://centara.online/loyalty/api/v1/pos/", "https://centara.online/loyalty/api/v1/pos"),
        ("https://centara.online:8443", "https://centara.online:8443"),
        ("https://bücher.example/x", "https://bücher.example/x"),
        ("http://127.0.0.1:1", "http://127.0.0.1:1"),
        ("http://LOCALHOST.", "http://LOCALHOST."),
        ("http://[::1]:80/x", "http://[::1]:80/x"),
    ],
)
def test_servers_that_are_taken(text: str, base: str) -> None:
    assert server_address(text) == base


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "begins with https://"),
        ("centara.online", "begins with https://"),
        ("ftp://centara.online", "begins with https://"),
        ("https://", "begins with https://"),
        ("https://a..example", "begins with https://"),
        (f"https://{'a' * 64}.example", "begins with https://"),
        (f"https://{'ä' * 64}.example", "begins with https://"),
        (f"https://{'a.' * 127}example", "begins with https://"),
        ("https://x:port", "begins with https://"),
        ("https://[::1", "begins with https://"),
        ("https://a\texample", "begins with https://"),
        ("https://evil.example\\@localhost", "begins with https://"),
        ("https://till:hunter2@centara.online", "user name or password"),
        ("https://@centara.online", "user name or password"),
        ("https://centara.online/?a=b", "end with the path"),
        ("https://centara.online/x#y", "end with the path"),
        ('https://centara.online/"x"', "end with the path"),
        ("http://centara.online", "plain http is for this computer only"),
        ("http://127.0.0.1.evil.example", "plain http is for this computer only"),
        ("http://0x7f000001", "plain http is for this computer only"),
        ("http://[::2]", "plain http is for this computer only"),
    ],
)
def test_servers_that_are_refused(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem) as fault:
        server_address(text)
    assert "hunter2" not in str(fault.value)


def test_a_network_printer_has_host_and_port_and_nothing_else() -> None:
    assert printer_address("tcp://printer:9100") == ("printer", 9100)
    assert printer_address("TCP://[::1]:9100") == ("::1", 9100)
    for text in ("tcp://printer", "tcp://:9100", "tcp://printer:9100/", "tcp://p:0", "tcp://p:70000", "p:9"):
        with pytest.raises(ValueError, match="tcp://printer:9100"):
            printer_address(text)


@pytest.mark.parametrize("text", ["/", "/cards/{card}/_pay/", "/{card}-x?a=b/c&d={card}", "/a:b@c/{card}"])
def test_an_address_behind_the_servers_stays_at_that_server(text: str) -> None:
    assert call_address(text, {"card", "group"}) == text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "must begin with /"),
        ("{card}", "must begin with /"),
        ("@evil.example/{card}", "must begin with /"),
        ("//evil.example/{card}", "an empty part"),
        ("/a//{card}", "an empty part"),
        ("/../{card}", "dots alone"),
        ("/.{card}", "dots alone"),
        ("/a?b?c", "no other marks"),
        ("/{card", "no other marks"),
        ("/%2F{card}", "no other marks"),
        ("/{CARD}", "has no {CARD} to fill in: there are {card} and {group}"),
        ("/{}", "has no {} to fill in"),
    ],
)
def test_addresses_behind_the_servers_that_are_refused(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        call_address(text, {"card", "group"})
