"""Titles to draw: a shelf of real ones, nasty ones, and any at all."""

from hypothesis import strategies as st

SHELF = (
    "Dune", "Emma", "It", "1984", "Cosmos", "Beloved", "Circe", "Middlemarch", "Moby-Dick",
    "Pride and Prejudice", "The Left Hand of Darkness", "Crime and Punishment", "Solaris",
    "Gödel, Escher, Bach", "The Hitchhiker's Guide to the Galaxy", "Salt, Fat, Acid, Heat",
    "Structure and Interpretation of Computer Programs", "Wolf Hall", "Night", "Persepolis",
)  # fmt: skip
NASTY = (
    "", " ", "V", "1984", "百年の孤独", "🐉👩‍👩‍👧‍👦🇫🇮🏽", "مائة عام من العزلة", "Война и мир",
    "किताबों की दुनिया",
    "Code: The Hidden Language of Computer Hardware and Software",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunter",
    "The History of Everything That Was Ever Bound and Sold " * 6, "W" * 300, "i" * 300, "&" * 300,
    '"' * 300, "<script>alert('1')</script>", "]]>", "a\x00b\x1b\x85\ufffe\uffff", "\ud800x\udfff",
    "z" + "\u0335" * 200, "\u200d" * 100, "\u202eturned",
    "吾輩は猫である。" * 30, "🐉" * 300, "﷽" * 60,
    "---/---", "…", "\n\t", "「" * 40, "a\u200d" * 150, "\U000e0041" * 50,
)  # fmt: skip
any_text = st.text(st.characters(exclude_categories=()), max_size=320)
