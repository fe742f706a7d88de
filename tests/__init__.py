"""Tests mirror the package; a package itself, so that spawned processes can import its functions."""
