"""The kinds of measure (计量): SQL of a figure, its words, and the rows and cells that it rests on."""
