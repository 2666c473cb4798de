"""What there is to read: works and their editions, authors, subjects, series."""
