"""What readers say of a work: stars, words, and the summary of everyone's stars."""
