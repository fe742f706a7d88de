"""Tests mirror the package; a package, so that spawned processes can import them."""
