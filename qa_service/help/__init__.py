"""Help for the people who use the service: short topics in both languages, true of this version."""
