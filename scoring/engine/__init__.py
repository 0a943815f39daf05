"""From a unit's figures to marks, totals and ranks: one statement after the other in one database."""
