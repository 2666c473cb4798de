"""What grows with the catalogue: the same pages on sites of a thousand to a million works.

words       made-up words, as frequent as real ones
catalogue   works, editions, authors, subjects, series, and the lists that they stand in
readers     readers, their ratings and reviews, what these amount to
found       what search reads
filling     puts all of it into an empty database, by one statement for each table
addresses   which pages are asked for
measuring   how long each takes, and how many statements
"""
