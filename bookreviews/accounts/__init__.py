"""Who people are here: accounts, roles, credentials, and where they are signed in."""
