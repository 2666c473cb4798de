"""Backups: one archive with the database and all covers, which tells what it must become again.

    refusals.py    why something can't be backed up or restored
    manifest.py    what an archive says of itself
    archive.py     packing and unpacking: tar, gzip, and age where it is asked for
    sqlite.py      ┐ how each database gives a consistent copy while others write,
    postgresql.py  ┘ and takes it back in whole or not at all
    media.py       the covers, from a folder or a bucket
    services.py    the two things one does

An archive is a gzipped tar of `manifest.json`, always first, and its parts: the database, and since
version 2 the covers.
"""
