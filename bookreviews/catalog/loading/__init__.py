"""Filling the catalogue from files: Open Library's dumps, CSV, MARC 21, ONIX 3.0.

A file's bytes come through `streams` (unpacked, line by line, never a long line whole), are
recognised by what they hold (`recognising`), and turned into `entries` by the reader of their
format (`openlibrary`, `spreadsheets`, `marc`, `onix`), with `facts` cleaned on the way. The door
takes batches of entries and gives each to `batches.write` inside a transaction of its own, which
matches them with what is here (`people`, `labels`, `shelf`, `redirects`), gathers the rows (`books`
of `volumes`, `elsewhere`) and writes them at once (`bulk`). How far a file has come is in the same
transaction (`loads`); what couldn't be taken is in a file beside (`rejects`).
"""
