"""Small inputs of the tests."""
