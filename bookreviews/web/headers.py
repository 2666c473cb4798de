"""Security headers of every answer the application gives; Nginx adds the same to its own."""

from flask import Flask, Response, request, session

from bookreviews.web import public_pages

# No inline script or style, nothing from elsewhere, no frames, forms only to ourselves.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def add_to_all(app: Flask) -> None:
    """Add the headers to each answer; what only one person may see stays in their browser.

    Pages that are the same for every visitor may be kept in between.
    """

    @app.after_request
    def _add(response: Response) -> Response:
        for name, value in HEADERS.items():
            if name not in response.headers:  # a page may be stricter
                response.headers.add(name, value)
        if "Cache-Control" not in response.headers:
            if "session" in request.cookies or session.modified:
                response.headers["Cache-Control"] = "private, no-cache"
            elif public_pages.is_public(response):
                return public_pages.shared(response)
            else:
                response.headers["Cache-Control"] = "no-cache"
        return response
