"""Keeping the catalogue, one module for each thing that people do: adding, editing, deciding.

forms     what is filled in, and what it says as plain facts
adding    a book that is missing
editing   a book, an edition, an author, a series, a subject
merging   two that are one
history   what was changed; one change by itself, confirmed, declined or taken back
"""

from bookreviews.web.catalogue import adding, editing, history, merging

PAGES = (adding, editing, history, merging)
