"""Backups: one archive with the whole database, which tells what it must become again.

    refusals.py    why something can't be backed up or restored
    manifest.py    what an archive says of itself
    archive.py     packing and unpacking: tar, gzip, and age where it is asked for
    sqlite.py      ┐ how each database gives a consistent copy while others write,
    postgresql.py  ┘ and takes it back in whole or not at all
    services.py    the two things one does

An archive of version 1 is a gzipped tar of `manifest.json`, always first, and one part: the
database. Once there is a setting for a folder of media, its files become further parts, and the
version 2.
"""
