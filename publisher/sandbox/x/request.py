"""What the stand-in looks at in a request."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Self
from urllib.parse import quote

from publisher.sandbox.x.signatures import Call

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_KEPT_IN_PATHS = "/~:@!$&'()*+,;="


@dataclass(frozen=True, slots=True)
class Request:
    """A request, read; `root` is where the stand-in is, `call` what a signature covers."""

    method: str
    root: str
    path: str
    query: str
    body: bytes
    full_content_type: str
    remote: str
    call: Call

    @classmethod
    def of(cls, environ: Mapping[str, Any]) -> Self:
        content_type = environ.get("CONTENT_TYPE", "")
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        method, query = environ["REQUEST_METHOD"], environ.get("QUERY_STRING", "")
        call = Call(
            method,
            _url(environ),
            query,
            environ.get("HTTP_AUTHORIZATION", ""),
            body.decode("latin-1") if _is_form(content_type) else "",
        )
        return cls(
            method=method,
            root=environ.get("SCRIPT_NAME", ""),
            path=environ.get("PATH_INFO", ""),
            query=query,
            body=body,
            full_content_type=content_type,
            remote=environ.get("REMOTE_ADDR", ""),
            call=call,
        )

    @property
    def content_type(self) -> str:
        """What the body is, without parameters."""
        return _essence(self.full_content_type)

    @property
    def is_json(self) -> bool:
        return self.content_type == "application/json"

    @property
    def is_form(self) -> bool:
        return _is_form(self.full_content_type)

    @property
    def is_local(self) -> bool:
        """Whether it comes from this machine."""
        try:
            return ip_address(self.remote).is_loopback
        except ValueError:
            return False


def _essence(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _is_form(content_type: str) -> bool:
    return _essence(content_type) == "application/x-www-form-urlencoded"


def _url(environ: Mapping[str, Any]) -> str:
    """Return the address as the client has it, without the query (RFC 5849, section 3.4.1.2)."""
    scheme = environ["wsgi.url_scheme"]
    here = f"{environ.get('SERVER_NAME')}:{environ.get('SERVER_PORT')}"
    host = environ.get("HTTP_HOST", here).lower().removesuffix(_DEFAULT_PORTS[scheme])
    path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    return f"{scheme}://{host}{quote(path, safe=_KEPT_IN_PATHS, encoding='latin-1')}"
