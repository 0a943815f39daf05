"""Settings for all tests: property tests try the same examples every time and are not timed."""

from hypothesis import settings

settings.register_profile("ducha", deadline=None, derandomize=True)
settings.load_profile("ducha")
