"""Which addresses the server answers to, so that other sites cannot reach it through the learner's browser."""

import ipaddress
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tutor.errors import UsageError, clip

LOOPBACK_NAMES = ("localhost",)
_HOST = re.compile(r"([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d{1,5})?")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`."""
    if host.lower() in LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True)
class Origins:
    """The names under which browsers may ask for the server."""

    names: frozenset[str] = field(default_factory=frozenset)
    """The host names that the server answers to, in addition to any IP address."""
    public_origin: str = ""
    """The only origin, if the server is behind a proxy; otherwise ""."""

    @classmethod
    def for_server(cls, host: str, public_url: str | None) -> "Origins":
        """The origins of a server that listens on `host`, or that is reached through a proxy as `public_url`.

        Raises:
            UsageError: `public_url` is not the address of a site.
        """
        if public_url is None:
            names = {*LOOPBACK_NAMES, host.lower()}
            if not is_loopback(host):
                machine = socket.gethostname().lower()
                first_part = machine.partition(".")[0]
                names |= {machine, first_part, f"{first_part}.local"}  # .local names work without a name server
            return cls(frozenset(names))
        parts = urlsplit(public_url)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/") or parts.query:
            raise UsageError(
                f"--public-url is a site, such as https://course.school.example ('{clip(public_url, 60)}' is not)"
            )
        return cls(public_origin=f"{parts.scheme}://{parts.netloc.lower()}")

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach the server through TLS."""
        return self.public_origin.startswith("https:")

    def find_own_origin(self, host: str) -> str | None:
        """The server's origin for a browser that asked for `host`; `None` if `host` is not a name of the server."""
        host = host.lower()
        if self.public_origin:
            _scheme, _, public_host = self.public_origin.partition("://")
            return self.public_origin if host == public_host else None
        match = _HOST.fullmatch(host)
        if match is None:
            return None
        name = match[1]  # without the port
        is_own = name in self.names or _is_address(name.strip("[]"))
        return f"http://{host}" if is_own else None

    def is_own_origin(self, host: str, origin: str | None) -> bool:
        """Whether `origin`, from which a browser asked for `host`, is the server's own."""
        return origin is not None and origin.lower() == self.find_own_origin(host)


def _is_address(name: str) -> bool:
    """Whether a host is an IP address such as `192.168.0.7`, which no foreign site can use as its own name."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def socket_origin(origin: str) -> str:
    """The origin of a websocket beside a page: `https://site` → `wss://site`, `http://site` → `ws://site`."""
    return "ws" + origin.removeprefix("http")


def security_headers(origin: str) -> Iterable[tuple[str, str]]:
    """The security headers of every response: only own resources, no frames, and no referrer for other sites."""
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "font-src 'self'; img-src 'self' data:; "
        f"connect-src 'self' {socket_origin(origin)}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return (
        ("Content-Security-Policy", policy),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Server", "Chainrule"),
    )
