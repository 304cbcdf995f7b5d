"""A certificate authority for tests: certificates for any host, good and bad ones."""

from __future__ import annotations

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


class Authority:
    """Signs certificates on the fly. ``ca_file`` is what a client must trust."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._between = ec.generate_private_key(ec.SECP256R1())
        self._certificate = self._sign(
            _name("newshawk test authority"), self._key.public_key(), authority=True
        )
        self.ca_file = folder / "ca.pem"
        self.ca_file.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))
        self.context = cache(self._context)

    def _sign(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePublicKey,
        *,
        authority: bool = False,
        names: tuple[str, ...] = (),
        expired: bool = False,
        signer: ec.EllipticCurvePrivateKey | None = None,
        issuer: x509.Name | None = None,
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        issuer = issuer or (subject if authority or signer else self._certificate.subject)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=400))
            .not_valid_after(now + timedelta(days=-5 if expired else 30))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        )
        if names:
            alternatives = x509.SubjectAlternativeName([_alternative(name) for name in names])
            builder = builder.add_extension(alternatives, critical=False)
        return builder.sign(signer or self._key, hashes.SHA256())

    def _context(self, host: str, flaw: str = "") -> ssl.SSLContext:
        """Return the server's side of TLS for a host; *flaw*: expired, self_signed, wrong_host, incomplete_chain (signed
        by an authority between, whose certificate is not sent), or none."""
        key = ec.generate_private_key(ec.SECP256R1())
        named = "elsewhere.example" if flaw == "wrong_host" else host
        certificate = self._sign(
            _name(named[:60]),
            key.public_key(),
            names=(named,),
            expired=flaw == "expired",
            signer={"self_signed": key, "incomplete_chain": self._between}.get(flaw),
            issuer=_name("newshawk authority between") if flaw == "incomplete_chain" else None,
        )
        file = self._folder / f"{host.replace(':', '_')}.{flaw}.pem"
        file.write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context
