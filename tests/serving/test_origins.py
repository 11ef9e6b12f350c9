"""Which names and origins are the server's own."""

import pytest

from tutor.errors import UsageError
from tutor.serving.origins import Origins, is_loopback


@pytest.mark.parametrize(
    ("host", "is_own"),
    [
        ("127.0.0.1:8765", True),
        ("localhost:8765", True),
        ("LOCALHOST", True),
        ("[::1]:8765", True),
        ("192.168.1.7:8765", True),  # an address is nobody's name: no other site can be called so
        ("elsewhere.example", False),
        ("localhost.elsewhere.example", False),
        ("127.0.0.1:8765; script-src *", False),
        ("user@127.0.0.1", False),
        ("127.0.0.1:123456", False),
        ("", False),
    ],
)
def test_a_server_knows_its_own_names(host: str, is_own: bool) -> None:
    origins = Origins.for_server("127.0.0.1", None)
    assert (origins.find_own_origin(host) is not None) is is_own
    assert origins.is_own_origin(host, f"http://{host}") is is_own
    assert not origins.is_own_origin(host, f"https://{host}")
    assert not origins.is_own_origin(host, None)


def test_behind_a_proxy_only_the_public_name_counts() -> None:
    origins = Origins.for_server("127.0.0.1", "https://Course.example/")
    assert origins.is_secure
    assert origins.is_own_origin("course.example", "https://course.example")
    assert not origins.is_own_origin("course.example", "http://course.example")
    assert origins.find_own_origin("127.0.0.1:8765") is None


@pytest.mark.parametrize(
    "url", ["course.example", "ftp://course.example", "https://", "https://course.example/a", "https://c.example?x"]
)
def test_what_is_no_site_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="--public-url"):
        Origins.for_server("127.0.0.1", url)


@pytest.mark.parametrize(
    ("host", "alone"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.1", False),
        ("box", False),
        ("", False),
    ],
)
def test_only_addresses_of_this_machine_are_safe_without_a_roster(host: str, alone: bool) -> None:
    assert is_loopback(host) is alone
