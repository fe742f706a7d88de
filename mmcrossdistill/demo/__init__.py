"""The demonstration: MiniDrive to report, as a chain of the ordinary tools."""
