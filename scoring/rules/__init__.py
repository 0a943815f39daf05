"""How the kinds of marks are scored and explained, one module each: SQL, parameters, words, formula side by side."""
