"""Cover images: from the bytes that somebody sends to the files that pages show.

reading    what is a picture that could be a cover; all else is refused in words
making     the sizes that pages show, without anything that was hidden in the original
covers     whose cover is which, since when and by whom; what is swept out
"""
