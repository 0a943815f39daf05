"""Files of offices as sheets of cells, with what a person reads in them. This room knows no pack."""
