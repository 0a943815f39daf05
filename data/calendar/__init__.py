"""Days of work as the office knows them: years that it imported, over those of its pack and of the program."""
