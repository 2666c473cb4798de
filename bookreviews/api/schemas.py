"""What goes in and comes out as JSON: one schema for each noun, which OpenAPI describes too."""

from typing import Any, get_args

from marshmallow import Schema, fields, validate

from bookreviews.lib.orm import Record
from bookreviews.reviews import scores
from bookreviews.reviews.queries import Order


class TrueOrFalse(fields.Boolean):
    """A boolean of JSON; marshmallow would take "no", "off" and 1 as well."""

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> Any:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Number(fields.Float):
    """A number of JSON; a text that looks like one is none."""

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> Any:
        if not isinstance(value, (int, float)):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, *args, **options)


class LinkSchema(Schema):
    """An author or a subject."""

    slug = fields.String()
    name = fields.String()


class EditionSchema(Schema):
    """One published form of a work."""

    isbn13 = fields.String(allow_none=True)
    publisher = fields.String()
    published = fields.Integer(allow_none=True)
    pages = fields.Integer(allow_none=True)
    format = fields.String()
    language = fields.String()


class RatingSchema(Schema):
    """Everyone's stars for a work; `distribution` counts 0.5, 1.0, … 5.0 stars."""

    count = fields.Integer(attribute="ratings_count")
    reviews_count = fields.Integer()
    average = fields.Float(allow_none=True)
    distribution = fields.Method(
        "distribution_of", metadata={"type": "array", "items": {"type": "integer"}}
    )

    def distribution_of(self, work: Record) -> list[int]:
        """Return ten counts, also for a work that nobody has rated."""
        return work.distribution or scores.empty()


class WorkSchema(Schema):
    """A work with its authors, subjects, editions and rating."""

    id = fields.Integer()
    slug = fields.String()
    title = fields.String()
    subtitle = fields.String()
    original_title = fields.String()
    description = fields.String()
    language = fields.String()
    published = fields.Integer(allow_none=True)
    authors = fields.List(fields.Nested(LinkSchema))
    subjects = fields.List(fields.Nested(LinkSchema))
    editions = fields.List(fields.Nested(EditionSchema))
    rating = fields.Nested(RatingSchema)


class AlikeArguments(Schema):
    """The title and, if known, the author of a book that may be here already."""

    title = fields.String(load_default="", validate=validate.Length(max=300))
    author = fields.String(load_default="", validate=validate.Length(max=200))


class AlikeWorkSchema(Schema):
    """A work in a few words."""

    slug = fields.String()
    title = fields.String()
    byline = fields.String()
    published = fields.Integer(attribute="first_published", allow_none=True)


class AlikeSchema(Schema):
    """Works that may be the one in question, the likeliest first."""

    works = fields.List(fields.Nested(AlikeWorkSchema))


class ReviewerSchema(Schema):
    """Who wrote a review."""

    username = fields.String(attribute="author_username")
    name = fields.String(attribute="author_name")


class ReviewSchema(Schema):
    """A review as others see it."""

    id = fields.Integer()
    work_id = fields.Integer()
    author = fields.Nested(ReviewerSchema)
    stars = fields.Float(allow_none=True)
    body_html = fields.String(allow_none=True)
    has_spoilers = fields.Boolean()
    was_given = fields.Boolean()
    language = fields.String(allow_none=True)
    posted_at = fields.AwareDateTime(format="iso")
    revised_at = fields.AwareDateTime(format="iso", allow_none=True)
    version = fields.Integer()

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """Let the author be taken out of the review's own row."""
        return obj if attr == "author" else super().get_attribute(obj, attr, default)


class OwnReviewSchema(ReviewSchema):
    """A review as its author gets it back, with the words as they were written."""

    body_source = fields.String(allow_none=True)


class ReviewPageSchema(Schema):
    """Some reviews; `next` is the `after` of the page that follows, null at the end."""

    reviews = fields.List(fields.Nested(ReviewSchema))
    next = fields.String(allow_none=True)


class ReviewPageArguments(Schema):
    """Which reviews, and from where on."""

    sort = fields.String(load_default="newest", validate=validate.OneOf(get_args(Order)))
    stars = fields.Integer(load_default=None, validate=validate.Range(1, 5))
    after = fields.String(load_default=None)


class NewReviewSchema(Schema):
    """A review to post: stars, words (Markdown), or both."""

    stars = Number(load_default=None, allow_none=True)
    body = fields.String(load_default="")
    has_spoilers = TrueOrFalse(load_default=False)
    was_given = TrueOrFalse(load_default=False)


class RevisionSchema(Schema):
    """What to change in one's review; what is left out stays. `version` guards against races."""

    stars = Number(allow_none=True)
    body = fields.String()
    has_spoilers = TrueOrFalse()
    was_given = TrueOrFalse()
    version = fields.Integer(strict=True)


class WordsSchema(Schema):
    """Words in Markdown."""

    body = fields.String(required=True)


class PreviewSchema(Schema):
    """The same words as others would see them."""

    html = fields.String()


class FieldErrorSchema(Schema):
    """What to do about one part of what was sent."""

    field = fields.String()
    detail = fields.String()


class ProblemSchema(Schema):
    """A refusal (RFC 9457): `detail` is fit to show to the person who caused it."""

    status = fields.Integer()
    title = fields.String()
    detail = fields.String()
    errors = fields.List(fields.Nested(FieldErrorSchema))


class LookupSchema(Schema):
    """What another site says of a book that isn't here; what it doesn't say is empty."""

    isbn = fields.String()
    title = fields.String()
    subtitle = fields.String()
    authors = fields.List(fields.String())
    publisher = fields.String()
    published = fields.Integer(allow_none=True)
    pages = fields.Integer(allow_none=True)
    subjects = fields.List(fields.String())


class SuggestionArguments(Schema):
    """What has been typed so far."""

    q = fields.String(load_default="")


class SuggestionSchema(Schema):
    """A book that may be meant; `path` is its page here, `cover` its drawn cover as SVG.

    `picture` is the address of the picture that it shows instead, if it has one.
    """

    id = fields.Integer()
    title = fields.String()
    byline = fields.String()
    published = fields.Integer(allow_none=True)
    path = fields.String()
    cover = fields.String()
    picture = fields.String(allow_none=True)


class SuggestedAuthorSchema(Schema):
    """An author who may be meant; `path` is their page here."""

    name = fields.String()
    path = fields.String()


class SuggestionListSchema(Schema):
    """Up to eight books, the likeliest first, and up to two of their authors who are called so."""

    suggestions = fields.List(fields.Nested(SuggestionSchema))
    authors = fields.List(fields.Nested(SuggestedAuthorSchema))
