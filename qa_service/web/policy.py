"""What a page may load (Content-Security-Policy): its own, and a recording from the one server that keeps it."""

from urllib.parse import urlsplit

CONTENT_POLICY = "default-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'"


def policy_with_media(address: str) -> str:
    """The policy of a page with a player: sound may come from the server of this address, and nothing else may."""
    parts = urlsplit(address)
    return f"{CONTENT_POLICY}; media-src 'self' {parts.scheme}://{parts.netloc}"
