"""The stories that `bookreviews scenario play` tells, on the demo.

stage    where a story plays: its clock, its people, its books, and what they do
stories  the list of them, for which each has a module of its own: a generator of `Told`
"""
