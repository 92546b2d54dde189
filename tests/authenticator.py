"""A small true authenticator: makes passkeys and shows them, as the browser's WebAuthn would send it."""

import base64
import hashlib
import json
import secrets
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT_VERIFIED, WITH_CREDENTIAL = 0x05, 0x40


class Authenticator:
    """One passkey on an ES256 key. `origin` is what its browser shows."""

    def __init__(self, origin: str = "http://localhost") -> None:
        self.origin = origin
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(16)
        self.count = 0

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        point = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        credential = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(public)
        data = self._data(options["rp"]["id"], WITH_CREDENTIAL) + credential
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._sent(attestationObject=attestation, clientDataJSON=self._client("webauthn.create", options))

    def show(self, options: dict[str, Any]) -> dict[str, Any]:
        client, data = self._client("webauthn.get", options), self._data(options["rpId"], 0)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._sent(authenticatorData=data, clientDataJSON=client, signature=signature)

    def _data(self, host: str, more: int) -> bytes:
        self.count += 1
        return hashlib.sha256(host.encode()).digest() + bytes([PRESENT_VERIFIED | more]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": self.origin}).encode()

    def _sent(self, **parts: bytes) -> dict[str, Any]:
        said = {name: _text(part) for name, part in parts.items()}
        return {"id": _text(self.id), "rawId": _text(self.id), "type": "public-key", "response": said}


def _text(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()
