"""The ledger: inspections, findings, evidence, judgements, appeals, rectification, exemptions, users and the trail."""
