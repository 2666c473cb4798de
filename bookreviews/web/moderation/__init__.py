"""The moderators' desk, one module for each thing on it: moderators only, nobody else knows.

doors    who comes in, and what part of the queue an address asks for
forms    what moderators fill in
wording  how long, how heavy, about what: in words
queue    what waits; books where too much happens at once
cases    one case: taking it, deciding it, taking the decision back
bulk     many cases decided alike, with a preview and undo
appeals  what people say against decisions
books    closing a book for a while, and opening it again
surges   one book's unusual days: what came in, and leaving ratings out of its stars together
"""

from bookreviews.web.moderation import appeals, books, bulk, cases, queue, surges

ROOMS = (queue, cases, bulk, appeals, books, surges)
