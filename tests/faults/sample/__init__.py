"""Flows whose steps keep a ledger outside of the database."""

LEDGER_VARIABLE = "VENOM_FAULTS_LEDGER"
"""Names the file."""
