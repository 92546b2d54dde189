"""The other house that people may sign on through: its addresses, the exchange of a code, and what its token proves.

Talks OpenID Connect by authlib, to the one issuer of the settings and to the addresses that it names itself. Knows no
account and no session.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from mingcha import clock

TIMEOUT_SECONDS = 10
#: How long the issuer's own description and keys are believed.
BELIEVED = timedelta(hours=1)
#: What an id token may be signed with. Never "none", never a shared secret.
ALGORITHMS = ["RS256", "ES256", "PS256", "RS384", "RS512", "ES384", "EdDSA"]


class ProviderFailed(Exception):
    """The other house could not be asked, or what it said does not hold."""


@dataclass
class Provider:
    issuer: str
    client_id: str
    client_secret: str | None
    name: str
    claim: str
    _told: tuple[datetime, dict[str, Any]] | None = field(default=None, repr=False)
    _keys: tuple[datetime, dict[str, Any]] | None = field(default=None, repr=False)

    def address(self, *, back: str, state: str, nonce: str, challenge: str) -> str:
        """Where the browser is sent."""
        return str(
            self._client(back).create_authorization_url(
                self._endpoint("authorization_endpoint"), state=state, nonce=nonce, code_challenge=challenge,
                code_challenge_method="S256",
            )[0]
        )  # fmt: skip

    def claims(self, *, code: str, back: str, verifier: str, nonce: str) -> dict[str, Any]:
        """What the other house proves about whom this code stands for."""
        from authlib.integrations.base_client.errors import OAuthError
        from requests import RequestException

        try:
            with self._client(back) as client:
                token = client.fetch_token(
                    self._endpoint("token_endpoint"), code=code, code_verifier=verifier, timeout=TIMEOUT_SECONDS,
                    allow_redirects=False,
                )
        except (OAuthError, RequestException, ValueError) as fault:
            raise ProviderFailed(str(fault)) from fault
        text = token.get("id_token") if isinstance(token, dict) else None
        if not isinstance(text, str):
            raise ProviderFailed("no id token")
        return self._proved(text, nonce)

    def _proved(self, text: str, nonce: str) -> dict[str, Any]:
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        for fresh in (False, True):
            try:
                token = jwt.decode(text, KeySet.import_key_set(self._key_set(fresh)), algorithms=ALGORITHMS)  # type: ignore[arg-type]
                break
            except (JoseError, ValueError) as fault:  # perhaps signed with a key that is newer than what we know
                if fresh:
                    raise ProviderFailed(str(fault)) from fault
        rules = jwt.JWTClaimsRegistry(
            leeway=60,
            iss={"essential": True, "value": self.issuer},
            sub={"essential": True},
            aud={"essential": True, "value": self.client_id},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            rules.validate(token.claims)
        except JoseError as fault:
            raise ProviderFailed(str(fault)) from fault
        claims: dict[str, Any] = dict(token.claims)
        audience = claims["aud"]
        if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != self.client_id:
            raise ProviderFailed("azp")
        return claims

    def _client(self, back: str) -> Any:
        from authlib.integrations.requests_client import OAuth2Session

        return OAuth2Session(
            self.client_id, self.client_secret, scope="openid profile email", redirect_uri=back,
            token_endpoint_auth_method="client_secret_basic" if self.client_secret else "none",
        )  # fmt: skip

    def _endpoint(self, name: str) -> str:
        if self._told is None or clock.now() - self._told[0] > BELIEVED:
            told = _fetched(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            if told.get("issuer") != self.issuer:
                raise ProviderFailed("another issuer")
            self._told = (clock.now(), told)
        found = self._told[1].get(name)
        if not isinstance(found, str):
            raise ProviderFailed(f"no {name}")
        return found

    def _key_set(self, fresh: bool) -> dict[str, Any]:
        if fresh or self._keys is None or clock.now() - self._keys[0] > BELIEVED:
            self._keys = (clock.now(), _fetched(self._endpoint("jwks_uri")))
        return self._keys[1]


def _fetched(address: str) -> dict[str, Any]:
    import requests

    try:
        answer = requests.get(address, timeout=TIMEOUT_SECONDS, allow_redirects=False)
        answer.raise_for_status()
        found = answer.json()
    except (requests.RequestException, ValueError) as fault:
        raise ProviderFailed(str(fault)) from fault
    if not isinstance(found, dict):
        raise ProviderFailed(address)
    return found
