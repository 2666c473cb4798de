"""What is given for a setting: by a variable of the environment, or by a file with a secret."""

import re
from collections.abc import Mapping
from dataclasses import Field
from pathlib import Path
from typing import Any

from bookreviews.config.refusing import ROOT, WrongSetting


def text_of(setting: "Field[Any]", environ: Mapping[str, str]) -> str:
    """Return what is given for a setting, by its variable or by the file that another names."""
    variable = setting.name.upper()
    file = f"{variable}_FILE"
    text = environ.get(variable, "")
    if not setting.metadata["is_secret"] or not environ.get(file):
        return text
    if text:
        raise WrongSetting(f"{variable} and {file} are both set; keep one of them.")
    # Whoever mixes the two up puts the secret itself where the path belongs: it is not repeated.
    return secret_in(ROOT / environ[file], f"{file} names a file that")


def secret_in(file: Path, which: str) -> str:
    """Return the one line of a file; `which` names it where it is refused."""
    try:
        text = file.read_text("utf-8").removesuffix("\n")
    except (OSError, ValueError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or "it is not text"
        raise WrongSetting(f"{which} can't be read: {reason}.") from None
    if not text:
        raise WrongSetting(f"{which} is empty.")
    return text


def parsed(variable: str, text: str, kind: type) -> Any:
    """Return what a text says, as a value of `kind`: str, int or bool."""
    if kind is bool:
        if text.lower() not in ("0", "1", "false", "true", "no", "yes"):
            raise WrongSetting(f"{variable} is {text!r}; it must be 1 or 0.")
        return text.lower() in ("1", "true", "yes")
    if kind is int:
        if not re.fullmatch(r"[0-9]{1,9}", text):
            raise WrongSetting(f"{variable} is {text!r}; it must be a whole number.")
        return int(text)
    return text
