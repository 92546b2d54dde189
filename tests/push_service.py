"""A push service on this machine, as strict as the real ones: it checks the token, and decrypts as a phone would."""

import base64
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

AUTH = b"sixteen bytes ok"


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def data_of(text_: str) -> bytes:
    return base64.urlsafe_b64decode(text_ + "=" * (-len(text_) % 4))


@dataclass
class Received:
    path: str
    headers: dict[str, str]
    size: int
    message: dict[str, Any] | None
    token: dict[str, Any]


@dataclass
class PushService:
    """`answers`: the status (and headers) for each next request; 201 when there is none left."""

    origin: str = ""
    received: list[Received] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    server: ThreadingHTTPServer | None = None
    seconds: float = 0
    #: Phones, by name, whose requests lie here until the test lets go of them.
    held: dict[str, threading.Event] = field(default_factory=dict)

    def __post_init__(self) -> None:
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                time.sleep(service.seconds)
                if let_go := service.held.get(self.path.rpartition("/")[2]):
                    let_go.wait(60)
                service.received.append(service.read(self.path, {name.lower(): value for name, value in self.headers.items()}, body))
                status, headers = service.answers.pop(0) if service.answers else (201, {})
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *given: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def subscription(self, name: str = "phone") -> dict[str, Any]:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {
            "endpoint": f"{self.origin}/push/{name}", "expirationTime": None,
            "keys": {"p256dh": text(point), "auth": text(AUTH)},
        }  # fmt: skip

    def read(self, path: str, headers: dict[str, str], body: bytes) -> Received:
        """Raises where the token or the encryption is not what RFC 8292 and RFC 8291 ask for."""
        assert headers["content-encoding"] == "aes128gcm"
        plain = http_ece.decrypt(body, private_key=self.key, auth_secret=AUTH, version="aes128gcm")
        return Received(path, headers, len(body), json.loads(plain), self.token(headers["authorization"]))

    def token(self, header: str) -> dict[str, Any]:
        scheme, _, rest = header.partition(" ")
        parts = dict(each.strip().split("=", 1) for each in rest.split(","))
        assert scheme == "vapid"
        signed, _, signature = parts["t"].rpartition(".")
        raw = data_of(signature)
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), data_of(parts["k"]))
        der = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        try:
            public.verify(der, signed.encode(), ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            raise AssertionError("the token is not signed by the key it names") from None
        claims: dict[str, Any] = json.loads(data_of(signed.split(".")[1]))
        assert claims["aud"] == self.origin
        return {**claims, "k": parts["k"]}

    def close(self) -> None:
        if self.server:
            self.server.shutdown()
            self.server.server_close()
