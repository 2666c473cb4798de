"""Things that know no books: each could move to another project unchanged."""
