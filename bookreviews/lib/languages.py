"""Languages by their codes (ISO 639, BCP 47), as far as books here are written in them."""

UNKNOWN = "und"  # BCP 47 for what nobody knows
NAMES = {
    "ar": "Arabic",
    "bg": "Bulgarian",
    "bn": "Bengali",
    "ca": "Catalan",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "et": "Estonian",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "ga": "Irish",
    "grc": "Ancient Greek",
    "he": "Hebrew",
    "hi": "Hindi",
    "hr": "Croatian",
    "hu": "Hungarian",
    "id": "Indonesian",
    "is": "Icelandic",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "la": "Latin",
    "lt": "Lithuanian",
    "lv": "Latvian",
    "nb": "Norwegian Bokmål",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sk": "Slovak",
    "sl": "Slovenian",
    "sr": "Serbian",
    "sv": "Swedish",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "yi": "Yiddish",
    "zh": "Chinese",
}


def name_of(code: str) -> str:
    """Return a language's name; a code that isn't here stands for itself: better than a wrong one.

    Of "pt-BR" the language is what counts.
    """
    if code == UNKNOWN:
        return "an unknown language"
    return NAMES.get(code.split("-", maxsplit=1)[0], code)


def known(code: str) -> str | None:
    """Return the code of a language, or None where nobody knows which it is."""
    return None if code == UNKNOWN else code


def choices(present: str = "") -> list[tuple[str, str]]:
    """Return codes and names: "Not known", then by name, with `present` among them."""
    known = dict(NAMES)
    if present and present not in (UNKNOWN, *known):
        known[present] = name_of(present)
    return [(UNKNOWN, "Not known"), *sorted(known.items(), key=lambda pair: pair[1])]
