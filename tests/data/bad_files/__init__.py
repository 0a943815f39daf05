"""Files that must be refused, and odd ones that must be read; each is made by the test that needs it."""
