"""How fast the site is, measured: `make bench`."""
