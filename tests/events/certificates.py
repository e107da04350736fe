"""Certificates of receivers, made for the tests: a good one of an authority that is trusted, and such as are not."""

import ssl
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAMES = ("localhost", "hook.example")


@dataclass(frozen=True)
class Made:
    """A certificate and its key; `issuer` signed it, or it itself."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self):
        secret = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return secret + self.certificate.public_bytes(serialization.Encoding.PEM)


def made(name, *, issuer=None, names=NAMES, days=30, authority=False):
    """A certificate for these names until so many days from now."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if not authority:
        alternatives = [x509.DNSName(each) for each in names] + [x509.IPAddress(ip_address("127.0.0.1"))]
        builder = builder.add_extension(
            x509.SubjectAlternativeName(alternatives if names is NAMES else alternatives[:-1]), critical=False
        )
    if issuer:
        above = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
        builder = builder.add_extension(above, critical=False)
    return Made(builder.sign((issuer.key if issuer else key), hashes.SHA256()), key)


class Authority:
    """An authority that a client is told to believe, and what receivers show."""

    def __init__(self):
        self._root = made("Tests", authority=True)
        self._shown = {
            "good": made("good", issuer=self._root),
            "self_signed": made("self signed"),
            "expired": made("expired", issuer=self._root, days=-1),
            "other_host": made("other host", issuer=self._root, names=("elsewhere.example",)),
            "other_authority": made("other", issuer=made("Others", authority=True)),
        }

    def client(self):
        """What a client checks with that believes this authority, and no other."""
        context = ssl.create_default_context(cadata=self._root.certificate.public_bytes(serialization.Encoding.DER))
        assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
        return context

    def server(self, certificate="good"):
        """What a receiver shows."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "shown.pem"
            path.write_bytes(self._shown[certificate].pem)
            context.load_cert_chain(path)
        return context
