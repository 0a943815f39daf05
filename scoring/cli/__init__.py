"""The ``ducha`` command. Exit codes: 0 done, 1 refused (every reason printed), 2 wrong usage."""
