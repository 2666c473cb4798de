"""The trail of what moderators and admins did or looked up about a person; never changed."""
