"""Who can sign in to the demo, and how: printed on its sign-in page, worthless anywhere else."""

DEMO_PASSWORD = "the-lighthouse-keeps-books"  # noqa: S105 - meant to be read
DEMO_ACCOUNTS = (("bo", "reader"), ("mo", "moderator"), ("ada", "admin"))
