"""Work that recurs: who does it, and how its last run went."""
