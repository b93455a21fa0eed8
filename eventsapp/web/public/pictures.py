"""Files of pictures: the same for ever under their address; no session and no database."""

from flask import Blueprint, Response, abort, send_file

from eventsapp.gateways import pictures as store

blueprint = Blueprint("public_pictures", __name__)

YEAR = "public, max-age=31536000, immutable"


@blueprint.get("/pictures/<key>/<int:width>.<ending>")
def picture(key: str, width: int, ending: str) -> Response:
    """One size of a picture. Its key cannot be guessed: who has it was shown the picture."""
    try:
        path = store.path_of(key, width, ending)
    except FileNotFoundError:
        abort(404)
    answer = send_file(path, mimetype=store.ENDINGS[ending], conditional=True, etag=key)
    answer.headers["Cache-Control"] = YEAR
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
