"""The kinds of marks (计分), one module each: what a rule may say, its limits, and what it may not be written with."""
