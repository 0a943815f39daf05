"""``python -m tests.golden``: write golden results and words down. Look at the difference before committing it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from scoring.cli.demo import build_demo, build_published
from scoring.results.version import RESULTS_VERSION
from tests.golden.outcomes import WORDS, find_folder, find_inputs, list_differing
from tests.golden.worlds import write_demo_words, write_results


def main() -> None:
    """Write, but never other results of the same inputs under the same version."""
    with tempfile.TemporaryDirectory() as folder:
        demo, published = Path(folder) / "demo", Path(folder) / "published"
        build_demo(demo)
        build_published(published)
        results, words = write_results(demo, published), write_demo_words(demo)
    folder_of_now = find_folder()
    for name, text in results.items():
        known = (folder_of_now / name).read_text(encoding="utf-8") if (folder_of_now / name).is_file() else ""
        differing = list_differing(known, text) if known and find_inputs(known) == find_inputs(text) else []
        if differing:
            sys.exit(f"{name}: the same inputs give other results: {differing}. Raise RESULTS_VERSION first")
    folder_of_now.mkdir(exist_ok=True)
    for name, text in results.items():
        (folder_of_now / name).write_text(text, encoding="utf-8")
    WORDS.write_text(words, encoding="utf-8")
    sys.stdout.write(f"results version {RESULTS_VERSION}: {len(results)} files in {folder_of_now}\n")


if __name__ == "__main__":
    main()
