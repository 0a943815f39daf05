"""The pages, one file each; ``sitemap.py`` has their order."""
