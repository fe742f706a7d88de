"""Results that benchmarks keep, as the ledger reads them."""
