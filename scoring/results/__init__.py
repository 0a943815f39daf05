"""What a run found, as others read it: the stored result, its scales and means, and two results side by side."""
