"""Alert mail: policy (what, to whom, when), message (the mail), transports (how it leaves)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.alerts.transport import Transport
    from crawler.config import Config

__all__ = ["make_transport"]


def make_transport(config: Config) -> Transport:
    """Return the transport that the config asks for; nothing is opened yet.

    The transports are imported here, so that storage can use the pure policy without a mail library.
    """
    mail = config.mail
    if mail.transport == "file":
        from crawler.alerts.file import FileTransport

        return FileTransport(mail.folder)
    from crawler.alerts.smtp import Server, SmtpTransport

    login = (config.login.user, config.login.password) if config.login else None
    return SmtpTransport(
        Server(
            host=mail.host,
            port=mail.port,
            security=mail.security,
            sender=mail.sender,
            login=login,
            ca_files=config.ca_files,
        )
    )
