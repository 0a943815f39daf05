"""What a page says where two runs that it compares were scored by other rules."""

from __future__ import annotations

from dashboard.visits.session import Context, read_run_manifest, read_run_pack
from dashboard.visits.shelf import keep_by
from scoring.results.changed_rules import ChangedRules, compare_rules


def find_changed_rules(context: Context, run: str, older: str | None) -> ChangedRules | None:
    """The rules of ``run`` that were other ones in the older run; None where there is none or nothing changed."""
    if older is None:
        return None
    hashes = tuple(read_run_manifest(context, each)["pack"]["sha256"] for each in (older, run))
    if hashes[0] == hashes[1]:
        return None
    return keep_by(
        (context.root, *hashes, "changed rules"),
        lambda: compare_rules(read_run_pack(context, older), read_run_pack(context, run)),
    )
