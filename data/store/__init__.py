"""The transactional store: tables and migrations, the folder of a workspace, and files that are being written."""
