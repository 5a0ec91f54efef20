"""Where the web process listens."""

import http.client
import socket
from dataclasses import dataclass

from django.utils.translation import gettext as _

from venom_portal.processes import PortalError

_ANY_HOST = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (looked up, not bound)


@dataclass(frozen=True)
class Address:
    """A host name or IP address and a TCP port."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """The address as a person on this machine opens it."""
        host = f"[{self._reachable_host}]" if ":" in self._reachable_host else self._reachable_host
        return f"http://{host}:{self.port}/"

    @property
    def _reachable_host(self) -> str:
        return _ANY_HOST.get(self.host, self.host)

    def refuse_if_taken(self) -> None:
        """Find out, before anything is started, that the web process could not listen here.

        Raises:
            PortalError: the port is in use, or the host is not one of this machine.
        """
        try:
            family, kind, protocol, _name, target = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)[0]
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(target)
        except (OSError, UnicodeError) as error:
            raise PortalError(
                _("cannot listen on %(host)s, port %(port)s (%(reason)s); choose another one with --host or --port")
                % {"host": self.host, "port": self.port, "reason": getattr(error, "strerror", None) or error}
            ) from error

    def answers(self) -> bool:
        """Tell whether the web process answers its health check."""
        connection = http.client.HTTPConnection(self._reachable_host, self.port, timeout=1)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
