"""Between a browser and the pages: the server, its door and its limits, and the scripts that it serves."""
