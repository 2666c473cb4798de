r"""BookReviews: people read and write book reviews.

Features hold what is true; doors let people in.

    lib/        knows no books: isbn, markdown, pagination, clock
    accounts/   who people are          \
    catalog/    what there is to read    }  features: models, permissions, queries, services
    reviews/    what readers say of it  /
    web/        HTML for people         \
    api/        JSON for programs        }  doors: authenticate, parse, call, commit, render
    cli/        commands for operators  /
    app.py      puts them together; config/ reads the environment

Doors import features, features import lib, and never the other way round; docs/architecture.md
draws it.
"""

from bookreviews.app import create_app

__all__ = ["create_app"]
