"""Which certificates count: those of the system, of ``SSL_CERT_FILE`` and of the config's ``ca_file``.

Verification is never switched off. When it fails the cause is told (expired, self-signed, another host),
which neither Twisted nor OpenSSL's own error does.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from OpenSSL import SSL, crypto
from service_identity import VerificationError
from service_identity.hazmat import DNS_ID, IPAddress_ID, verify_service_identity
from service_identity.pyopenssl import extract_patterns
from twisted.internet.abstract import isIPAddress, isIPv6Address
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.internet.ssl import CertificateOptions, platformTrust
from twisted.python.failure import Failure
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer  # type: ignore[import-untyped]

from crawler.errors import ConfigError
from crawler.faults import CertificateRefused

_SYSTEM_FILES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Alpine
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/ssl/cert.pem",  # macOS, BSD
)
_CAUSES = {
    9: "the certificate is not yet valid",
    10: "the certificate has expired",
    18: "the certificate is self-signed",
    19: "the certificate's authority is not trusted (self-signed)",
    20: "the certificate's authority is not known, or the chain is incomplete",
    21: "the certificate's authority is not known, or the chain is incomplete",
    23: "the certificate was revoked",
    66: "the certificate's key is too weak",
    68: "the certificate's signature is too weak",
}
"""X509_V_ERR_* of OpenSSL's x509_vfy.h, in words."""


@implementer(IPolicyForHTTPS)
class TrustPolicy:
    """The TLS side of the download handler.

    Raises:
        ConfigError: one of *ca_files* cannot be read.
    """

    def __init__(self, ca_files: tuple[Path, ...] = ()) -> None:
        self._options = _options(ca_files)

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:  # noqa: N802, ARG002  Twisted's interface
        """Return the maker of verified connections to *hostname*."""
        return _Verified(hostname.decode("ascii"), self._options)


@lru_cache(maxsize=8)
def _options(ca_files: tuple[Path, ...]) -> CertificateOptions:
    """Return options whose context holds all certificates that count; loading them takes 20 ms, so once."""
    options = CertificateOptions(trustRoot=platformTrust())  # type: ignore[no-untyped-call]
    store = options.getContext().get_cert_store()
    assert store is not None
    system = next((path for path in _SYSTEM_FILES if Path(path).is_file()), None)
    if system:  # SSL_CERT_FILE replaces OpenSSL's own default, here it is one more
        store.load_locations(system)
    for path in ca_files:
        _load(store, path)
    return options


def _load(store: crypto.X509Store, path: Path) -> None:
    try:
        store.load_locations(str(path))
    except crypto.Error as error:
        raise ConfigError(
            f"{path} (network.ca_file or SSL_CERT_FILE) holds no certificates that can be read"
        ) from error


@implementer(IOpenSSLClientConnectionCreator)
class _Verified:
    """A maker of connections that fail, and say why, unless the certificate proves the host."""

    def __init__(self, hostname: str, options: Any) -> None:
        self._hostname, self._options = hostname, options

    def clientConnectionForTLS(self, tlsProtocol: Any) -> SSL.Connection:  # noqa: N802, N803
        """Return a connection of the shared context with this host's name to send and to verify."""
        connection: SSL.Connection = self._options._makeTLSConnection(tlsProtocol)
        if not _is_address(self._hostname):
            connection.set_tlsext_host_name(self._hostname.encode("ascii"))
        mode = SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT
        connection.set_verify(mode, _verifier(tlsProtocol, self._hostname))
        return connection


def _is_address(hostname: str) -> bool:
    return isIPAddress(hostname) or isIPv6Address(hostname)


def _verifier(protocol: Any, hostname: str) -> Any:
    """Return OpenSSL's callback: chain as OpenSSL judges it, and the leaf's names."""
    wanted = IPAddress_ID(hostname) if _is_address(hostname) else DNS_ID(hostname)

    def verify(_: Any, certificate: crypto.X509, error: int, depth: int, ok: int) -> bool:
        cause = "" if ok else _CAUSES.get(error, f"the certificate was refused (X509 error {error})")
        if not cause and depth == 0:
            cause = _name_fault(certificate, wanted, hostname)
        if cause:
            protocol.failVerification(Failure(CertificateRefused(cause)))  # type: ignore[no-untyped-call]
        return not cause

    return verify


def _name_fault(certificate: crypto.X509, wanted: Any, hostname: str) -> str:
    try:
        verify_service_identity(extract_patterns(certificate), [wanted], [])
    except VerificationError:
        return f"the certificate is for another host than {hostname}"
    except Exception as error:  # noqa: BLE001  an exception in OpenSSL's callback would vanish: refuse instead
        return f"the certificate cannot be read: {error}"
    return ""
