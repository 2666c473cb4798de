"""All motifs by name."""

from bookreviews.catalog.covers.patterns import PATTERNS
from bookreviews.catalog.covers.vignettes import VIGNETTES

# In alphabetical order: what a book draws by lot is a place in this order.
MOTIFS = dict(sorted((PATTERNS | VIGNETTES).items()))
# Those that can still be made out when they are small.
EMBLEMS = frozenset(MOTIFS) - {"bands", "bars", "code", "dots", "stripes", "suns", "waves"}
