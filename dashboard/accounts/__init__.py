"""Who is logged in, and how one comes in."""
