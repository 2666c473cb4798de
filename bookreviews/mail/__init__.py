"""Letters to people's addresses: written with what they tell of, sent once that is committed."""
