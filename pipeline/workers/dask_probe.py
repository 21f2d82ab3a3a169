"""Knock at the address of a scheduler: who answers, and do the certificates fit?

Whatever is wrong, Dask says after a while that nobody answers, and it waits for ever for a
server that says nothing. Here each has its own sentence.
"""

import socket
import ssl
import time
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.problems import PipelineError, Place, Problem, Rule

if TYPE_CHECKING:
    from distributed.security import Security

CERTIFICATES = "docs/scaling-up.md says how to make certificates and where Dask reads them"
_START = "start one: dask scheduler; docs/scaling-up.md says how, with certificates"
_LOOK = "look at the host and the port: the scheduler says its address when it starts"
_OTHER = f"{_LOOK}, with tls:// or tcp://"
# Seconds: for an answer, and from one try to the next.
_ANSWER = 10
_AGAIN = 0.5
# A scheduler begins with the length of its first message, in so many bytes.
_LENGTH = 8
_LONGEST = 1 << 20
# Numbers of OpenSSL: X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID.
_OUT_OF_DATE = {10: "has expired", 9: "is not valid yet: look at the clocks"}


def knock(
    address: str,
    security: "Security",
    patience: float,
    waiting: Callable[[], None] = lambda: None,
) -> None:
    """Make sure that a scheduler is at an address and takes our certificate.

    One that does not answer yet is waited for, so many seconds; `waiting` is called once.
    Raises PipelineError.
    """
    end = time.monotonic() + patience
    has_waited = False
    while error := _fault(address, security):
        is_final, said, hint = error
        if is_final or time.monotonic() > end:
            raise PipelineError(Problem(Rule.CLUSTER, Place(address), said, hint))
        if not has_waited:
            waiting()
        has_waited = True
        time.sleep(min(_AGAIN, patience))


def _fault(address: str, security: "Security") -> tuple[bool, str, str] | None:
    """Say what is wrong, with a hint, and whether to wait would change nothing."""
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or 0
    context = security.get_connection_args("client")["ssl_context"]
    try:
        way = socket.create_connection((host, port), _ANSWER)
    except (socket.gaierror, UnicodeError):  # the second: no name at all
        return True, f'no machine of the name "{host}" is known', _LOOK
    except OSError:
        return False, "no scheduler answers at this address", _START
    with way:
        try:
            if parts.scheme == "tls":
                way = context.wrap_socket(way)
            with way, way.makefile("rb") as stream:
                begin = stream.read(_LENGTH)
        except ssl.SSLError as error:
            return True, *_say_refusal(error)
        except TimeoutError:
            said = "what answers at this address says nothing, as a scheduler would"
            return False, said, _OTHER
        except OSError:
            return False, "the scheduler hung up", _START
    if len(begin) == _LENGTH and int.from_bytes(begin, "little") < _LONGEST:
        return None
    return bool(begin), "what answers at this address is no scheduler", _LOOK


def _say_refusal(error: ssl.SSLError) -> tuple[str, str]:
    """Say why there is no TLS between two machines, with a hint."""
    reason = error.reason or ""
    if isinstance(error, ssl.SSLCertVerificationError):
        if said := _OUT_OF_DATE.get(error.verify_code):
            return f"the certificate of the scheduler {said}", CERTIFICATES
        said = "the certificate of the scheduler is not one of your authority"
        return f"{said}: {error.verify_message}", CERTIFICATES
    if "ALERT_CERTIFICATE_EXPIRED" in reason:
        said = "the scheduler says that the certificate of this machine has expired"
        return said, CERTIFICATES
    if "ALERT" in reason:
        why = reason.rpartition("ALERT_")[2].replace("_", " ").lower()
        said = f"the scheduler refuses the certificate of this machine: {why}"
        return said, CERTIFICATES
    return "what answers at this address does not speak TLS", _OTHER
