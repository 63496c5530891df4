"""The address on which the service listens, refused in words before anything else is done."""

import errno
import socket

from qa_service.database.reasons import reason_of
from qa_service.operations import errors


def listen(host: str, port: int) -> socket.socket:
    """A bound socket. Raises PortOutOfRange, HostUnusable, PortTaken."""
    if not 1 <= port <= 65535:
        raise errors.PortOutOfRange(port=port)
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError) as error:
        raise errors.HostUnusable(host=host, reason=reason_of(error)) from error
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise errors.PortTaken(host=host, port=port) from error
        if error.errno == errno.EACCES:
            raise errors.PortForbidden(port=port) from error
        raise errors.HostUnusable(host=host, reason=error.strerror or str(error)) from error
    return listener
