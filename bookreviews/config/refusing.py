"""What is said of a wrong setting, and the folder that paths of settings start from."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


class WrongSetting(Exception):
    """A variable of the environment is missing or impossible; the message says which and why."""
