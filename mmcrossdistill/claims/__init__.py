"""The ledger of claims: what the papers say, and what MiniDrive says to it."""
