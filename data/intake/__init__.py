"""Files of reporters on their way in: checked as wholes, accepted or refused, and who still has to report."""
