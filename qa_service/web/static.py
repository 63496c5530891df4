"""Our two files, and what the offline API page needs, under fingerprinted addresses."""

import hashlib
from functools import cache
from pathlib import Path

from litestar import MediaType, Response, get
from litestar.params import FromPath

from qa_service.errors import NotFound
from qa_service.web.guards import PUBLIC

FOLDER = Path(__file__).parent / "static"
KINDS = {".css": MediaType.CSS, ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png"}


@cache
def url(name: str) -> str:
    """The address of a file of ours with its fingerprint, cached for ever by browsers."""
    fingerprint = hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:12]
    return f"/static/{fingerprint}/{name}"


@get("/static/{fingerprint:str}/{name:str}", opt=PUBLIC, include_in_schema=False)
async def serve(fingerprint: FromPath[str], name: FromPath[str]) -> Response:
    """A file of ours; the fingerprint in its address lets browsers keep it for ever."""
    path = FOLDER / name
    if path.parent != FOLDER or path.suffix not in KINDS or not path.is_file():
        raise NotFound()
    headers = {"cache-control": "public, max-age=31536000, immutable"}
    return Response(path.read_bytes(), media_type=KINDS[path.suffix], headers=headers)
