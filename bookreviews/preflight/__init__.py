"""What is looked at before a start: each module yields what is unsafe or missing, and the mend.

findings.py   what is wrong, and what to do about it
settings.py   the environment
files.py      who may read them, and the space they have
database.py   reachable, writable, migrated, of one time with us
"""
