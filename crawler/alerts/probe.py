"""Whether mail could leave now, found out without sending any."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.alerts import make_transport
from crawler.alerts.file import FileTransport
from crawler.alerts.smtp import SmtpTransport
from crawler.errors import ServerUnavailable

if TYPE_CHECKING:
    from crawler.config import Config


async def probe(config: Config, seconds: float) -> str:
    """Return what worked: the log-in to the mail server, each answer within *seconds*, or a file in the folder.

    Raises:
        ServerUnavailable: what did not.
    """
    transport = make_transport(config)
    if isinstance(transport, FileTransport):
        return _folder(transport)
    assert isinstance(transport, SmtpTransport)
    return await _server(SmtpTransport(replace(transport.server, timeout=seconds)))


def _folder(transport: FileTransport) -> str:
    try:
        transport.probe()
    except OSError as error:
        cause = f"mail folder {transport.folder}: {error.strerror or error}"
        raise ServerUnavailable("folder", cause) from error
    return f"mails are written to {transport.folder}"


async def _server(transport: SmtpTransport) -> str:
    server = transport.server
    try:
        await transport.log_in()
    finally:
        await transport.close()
    login = f", logged in as {server.login[0]}" if server.login else ", without a log-in"
    return f"{server.host}:{server.port} answers ({server.security}){login}"
