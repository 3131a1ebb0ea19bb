"""The command line: what was asked, checked, and shown."""
