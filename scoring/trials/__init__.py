"""What would be if: other marks or weights, a run of this moment, and how firm a ranking is."""
