"""The first page of each role: what waits, with its time and where to do it."""
