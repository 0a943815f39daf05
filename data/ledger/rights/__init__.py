"""Who may see and do what: roles, what each sees of an object, who may act on it. No right is given elsewhere."""
