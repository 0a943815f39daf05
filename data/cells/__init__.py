"""One cell as its column means it: parsers by type, empty words, measures in titles, mistakes at the cell."""
