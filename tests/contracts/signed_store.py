"""A small true S3 store that checks every signature, for the contract of blobs: `with SignedStore() as store`.

Objects, listing and multipart uploads in memory, over HTTP. Each request is signed again with botocore's own signer and
compared; its body must have the hash that was signed; the clock may differ by 15 minutes. Chosen over Debian's Swift
(154 packages, root only) so that `make test` needs nothing that is not in the lock file; moto, the other store of the
suite, takes any signature. `fault` may answer a request in the store's place: (status, S3 code), or None.
"""

import hashlib
import itertools
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

KEY, SECRET, REGION, BUCKET = "AKIAMINGCHA", "the-only-secret", "cn-north-1", "evidence"
MOST_SKEW = timedelta(minutes=15)
PAGE = 1000


class SignedStore:
    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        #: Unfinished multipart uploads: id → part number → bytes.
        self.parts: dict[str, dict[int, bytes]] = {}
        self.asked: list[str] = []
        self.refused: list[str] = []
        self.fault: Callable[[str, str], tuple[int, str] | None] = lambda method, key: None
        self.numbers = itertools.count(1)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"store": self}))
        self._server.daemon_threads = True

    def __enter__(self) -> "SignedStore":
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def url(self, *, secret: str = SECRET, key: str = KEY, bucket: str = BUCKET, prefix: str = "mingcha") -> str:
        """As MINGCHA_BLOBS says it."""
        endpoint = f"http://127.0.0.1:{self._server.server_port}"
        who = f"access_key_id={key}&secret_access_key={secret}"
        return f"s3://{bucket}/{prefix}?endpoint={endpoint}&region={REGION}&{who}"


class _Refusal(Exception):
    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    store: SignedStore

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        bucket, _, key = unquote(parts.path).lstrip("/").partition("/")
        query = parse_qs(parts.query, keep_blank_values=True)
        self.store.asked.append(f"{self.command} {key}")
        try:
            _check(self.command, f"http://{self.headers['Host']}{self.path}", self.headers, body)
            if bucket != BUCKET:
                raise _Refusal(404, "NoSuchBucket")
            if fault := self.store.fault(self.command, key):
                raise _Refusal(*fault)
            self._send(*self._do(key, query, body))
        except _Refusal as refusal:
            self.store.refused.append(refusal.code)
            text = f"<?xml version='1.0'?><Error><Code>{refusal.code}</Code><Message>no</Message></Error>"
            self._send(refusal.status, text.encode(), {})

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _answer

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody listens."""

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, text in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, text)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _do(self, key: str, query: dict[str, list[str]], body: bytes) -> tuple[int, bytes, dict[str, str]]:
        objects, parts = self.store.objects, self.store.parts
        upload = query.get("uploadId", [""])[0]
        match self.command:
            case "GET" if not key:
                return 200, self._listed(query), {"Content-Type": "application/xml"}
            case "GET" | "HEAD":
                if key not in objects:
                    raise _Refusal(404, "NoSuchKey")
                return 200, objects[key], {"ETag": _tag(objects[key]), "Last-Modified": _http_date()}
            case "PUT" if upload:
                if upload not in parts:
                    raise _Refusal(404, "NoSuchUpload")
                parts[upload][int(query["partNumber"][0])] = body
                return 200, b"", {"ETag": _tag(body)}
            case "PUT":
                objects[key] = body
                return 200, b"", {"ETag": _tag(body)}
            case "POST" if "uploads" in query:
                upload = f"upload-{next(self.store.numbers)}"
                parts[upload] = {}
                told = f"<UploadId>{upload}</UploadId><Bucket>{BUCKET}</Bucket><Key>{escape(key)}</Key>"
                return 200, f"<InitiateMultipartUploadResult>{told}</InitiateMultipartUploadResult>".encode(), {}
            case "POST" if upload in parts:
                found = parts.pop(upload)
                objects[key] = b"".join(found[number] for number in sorted(found))
                told = f"<Key>{escape(key)}</Key><ETag>{_tag(objects[key])}</ETag>"
                return 200, f"<CompleteMultipartUploadResult>{told}</CompleteMultipartUploadResult>".encode(), {}
            case "DELETE" if upload:
                parts.pop(upload, None)
                return 204, b"", {}
            case "DELETE":
                objects.pop(key, None)
                return 204, b"", {}
        raise _Refusal(501, "NotImplemented")

    def _listed(self, query: dict[str, list[str]]) -> bytes:
        prefix = query.get("prefix", [""])[0]
        after = query.get("continuation-token", query.get("start-after", [""]))[0]
        found = [key for key in sorted(self.store.objects) if key.startswith(prefix) and key > after]
        page, more = found[:PAGE], len(found) > PAGE
        rows = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>{len(self.store.objects[key])}</Size>"
            f"<LastModified>{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.000Z}</LastModified>"
            f"<ETag>{escape(_tag(self.store.objects[key]))}</ETag></Contents>"
            for key in page
        )
        token = f"<NextContinuationToken>{escape(page[-1])}</NextContinuationToken>" if more else ""
        told = f"<IsTruncated>{str(more).lower()}</IsTruncated><KeyCount>{len(page)}</KeyCount>{token}{rows}"
        return f"<ListBucketResult><Name>{BUCKET}</Name>{told}</ListBucketResult>".encode()


def _check(method: str, url: str, headers: Any, body: bytes) -> None:
    """Raises what S3 answers to a request that was not signed by the one key, for this body, just now."""
    scheme, _, fields = str(headers.get("Authorization", "")).partition(" ")
    if scheme != "AWS4-HMAC-SHA256":
        raise _Refusal(403, "AccessDenied")
    said = dict(field.strip().partition("=")[::2] for field in fields.split(","))
    if said["Credential"].partition("/")[0] != KEY:
        raise _Refusal(403, "InvalidAccessKeyId")
    stamp = headers.get("X-Amz-Date", "")
    if abs(datetime.now(UTC) - datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)) > MOST_SKEW:
        raise _Refusal(403, "RequestTimeTooSkewed")
    if headers.get("X-Amz-Content-SHA256") != hashlib.sha256(body).hexdigest():
        raise _Refusal(400, "XAmzContentSHA256Mismatch")
    signed = said["SignedHeaders"].split(";")
    if not {"host", "x-amz-content-sha256", "x-amz-date"} <= set(signed):
        raise _Refusal(403, "AccessDenied")
    request = AWSRequest(method=method, url=url, headers={name: headers[name] for name in signed})
    request.context["timestamp"] = stamp
    signer = S3SigV4Auth(Credentials(KEY, SECRET), "s3", REGION)
    wanted = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
    if wanted != said["Signature"]:
        raise _Refusal(403, "SignatureDoesNotMatch")


def _tag(data: bytes) -> str:
    return f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"'


def _http_date() -> str:
    return f"{datetime.now(UTC):%a, %d %b %Y %H:%M:%S GMT}"
