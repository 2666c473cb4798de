"""Every setting, read from the environment and checked before anything starts.

settings   what an operator may set, and what holds where they don't
reading    ... as a variable, or as a file that another variable names
addresses  of the database, the queue, mail and listeners: completed and checked
refusing   what is said of a wrong one
flask      what follows for Flask, its extensions and the database's connections
"""

from bookreviews.config.flask import for_flask
from bookreviews.config.refusing import ROOT, WrongSetting
from bookreviews.config.settings import (
    ENVIRONMENTS,
    LARGEST_BODY,
    OWN_SITE,
    Settings,
    own_key_file,
    secret_files,
)

__all__ = [
    "ENVIRONMENTS",
    "LARGEST_BODY",
    "OWN_SITE",
    "ROOT",
    "Settings",
    "WrongSetting",
    "for_flask",
    "own_key_file",
    "secret_files",
]
