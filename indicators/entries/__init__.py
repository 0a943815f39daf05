"""What everything in a pack is made of: amounts, days, columns, targets, closed choices, and mistakes in them."""
