"""The workbook's formulas of a part, worked out beside the engine's marks."""
