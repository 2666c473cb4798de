"""The door for machines that watch over the site: whether it lives, is ready, and how it fares.

They bring no cookie and get none. What is wrong, and the numbers, are for operators only: those who
bring OPERATOR_TOKEN or come from OPERATOR_NETWORKS.
"""

import hmac
import ipaddress
from dataclasses import asdict

from flask import Blueprint, Response, abort, current_app, jsonify, request

from bookreviews.config import Settings
from bookreviews.extensions import bound
from bookreviews.observing import metrics

blueprint = Blueprint("health", __name__)

_BEARER = "Bearer "


@blueprint.get("/healthz")
def alive() -> Response:
    """Tell that this process answers; a supervisor that gets nothing starts it anew."""
    return _unkept(Response("alive\n", mimetype="text/plain"))


@blueprint.get("/readyz")
def ready() -> Response:
    """Tell whether readers may be sent here, and an operator what is wrong."""
    found = bound("examiner").examine()
    told: dict[str, object] = {"ready": found.is_ready}
    if _is_operator():
        told |= asdict(found)
    response = jsonify(told)
    response.status_code = 200 if found.is_ready else 503
    if not found.is_ready:
        response.headers["Retry-After"] = "5"
    return _unkept(response)


@blueprint.get("/metrics")
def numbers() -> Response:
    """Tell Prometheus how the site fares; for others there is nothing here."""
    if not _is_operator():
        abort(404)
    told = metrics.exposition(bound("backlog"))
    return _unkept(Response(told, content_type=metrics.CONTENT_TYPE))


def _unkept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def _is_operator() -> bool:
    settings: Settings = current_app.config["SETTINGS"]
    return _brings(settings.operator_token) or _comes_from_among(settings)


def _brings(token: str) -> bool:
    given = request.headers.get("Authorization", "")
    expected = f"{_BEARER}{token}"
    return bool(token) and hmac.compare_digest(given.encode(), expected.encode())


def _comes_from_among(settings: Settings) -> bool:
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:  # a socket has none
        return False
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or address
    return any(address in network for network in settings.operators)
