"""Which test catches which seeded bug. The handbook's page of proof is made from this."""

CAUGHT_BY = {
    "ignore_token": "tests/integration/test_engine_trouble.py::test_late_report__changes_nothing_and_is_kept",
    "announce_before_commit": "tests/integration/proof/test_announcing.py::test_message__is_sent_after_its_commit",
    "high_water_sweep": "tests/integration/test_clock.py::test_lost_message__is_sent_again",
    "missing_audit_entry": "tests/integration/invariants/test_verify.py::test_verify__real_work_breaks_nothing",
    "unguarded_claim": "tests/integration/test_races.py::test_one_step__is_claimed_by_one",
}
