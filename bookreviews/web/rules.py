"""The rules of this community, as admins have written them."""

from functools import lru_cache

from flask import Blueprint, render_template
from markupsafe import Markup

from bookreviews.lib.markdown import render_page
from bookreviews.moderation import vocabulary
from bookreviews.reviews import counting, scores
from bookreviews.site import queries as site
from bookreviews.web.rendering import trusted

blueprint = Blueprint("rules", __name__)


@blueprint.get("/rules")
def show() -> str:
    """Show what may stand here, and what happens when something may not."""
    return render_template("site/rules.html", rules=_html(site.current().rules))


@blueprint.get("/rules/ratings")
def show_ratings() -> str:
    """Show which ratings count, and how; with the numbers that hold at the moment."""
    return render_template(
        "rules/ratings.html",
        settings=site.current(),
        counting=counting,
        scores=scores,
        vocabulary=vocabulary,
    )


@lru_cache(maxsize=4)
def _html(source: str) -> Markup:
    """Return the rules as HTML; made once, since they rarely change."""
    return trusted(render_page(source))
