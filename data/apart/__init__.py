"""Work on what others sent, done in a child process with limits of time and memory."""
