"""How firm a ranking is under everything that is not certain at once; what is drawn is a float and never a mark."""
