"""Excel forms: written for those who report, and told apart when they come back filled in."""
