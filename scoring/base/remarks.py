"""What is said beside a cited row, by whoever finds it and by whoever prints it."""

from __future__ import annotations

#: A row that counts above and below the line of a ratio.
IN_BOTH = "分子分母都计入"
