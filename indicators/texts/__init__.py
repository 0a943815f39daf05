"""Policy texts and marking sheets -> what they ask for, word for word, and drafts of rules.

A grammar, no model: the same text gives the same reading on every machine. What the grammar does not know is said to
be unread; nothing is filled in.
"""
