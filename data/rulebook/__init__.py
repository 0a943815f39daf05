"""A pack as an Excel workbook and back: sheets and columns that follow from the pack's own models."""
