"""What the shipped packs' runs gave when results of this version were first written down."""
