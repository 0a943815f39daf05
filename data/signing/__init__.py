"""The office's key: made once, kept outside of the data, and what is signed with it."""
