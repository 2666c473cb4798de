"""The community's rules as they stand until admins write their own, in Markdown."""

DEFAULT_RULES = """\
This is a place for honest words about books. These rules say what may stand here, and what \
happens when something may not.

## What we ask of a review

- **Write about the book.** Say what you made of it. A review of its author's life, its price \
or its delivery helps nobody choose what to read.
- **Write what you think.** Praise and blame are both welcome, and so are half a star and five.
- **Warn before you give the end away.** Tick the box for it, and your words stay folded until a \
reader opens them.
- **Say so if you have an interest.** You wrote, translated, published or sell the book, know who \
did, or got it for nothing: say it in the review.
- **One reader, one account.** More of them, or stars in exchange for anything, make the average \
a lie.

## What may not stand here

- **Spam**: advertising, links that lead to a sale, the same text under many books.
- **Harassment**: attacks on a reader or an author as a person, or calls to join in.
- **Hatred** of people for what they are.
- **Private data** of anybody: an address, a telephone number, a letter not meant for all.
- **Somebody else's words** as your own, or more of a book than a quotation needs.
- **What is against the law.**

## What happens then

Anyone who is signed in can report a review, a profile, a cover or a fact about a book. Some \
reports are made by the site itself, by rules that only bring a thing before a person. A moderator \
looks at each, and may keep it, mark it as giving the end away, ask its author for a change, hide \
or remove it. Nobody moderates their own things.

Whoever wrote it is told what was done, under which rule, and on which words. They have six months \
to appeal, and another moderator decides. If the appeal succeeds, all is put back as it was, the \
stars included.

Each act stands in a log that everyone can read, without names of those who reported and without \
the words that were removed.

## Which stars count

The average counts every reader's stars once. It leaves out those of accounts that are suspended, \
of reviews that are held, hidden or removed, and those that a decision excludes after a campaign \
against a book or for it; the log tells of each such decision."""
