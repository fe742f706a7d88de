"""Taking a distilled encoder to the libraries that it is used with."""
