"""What keeps the service running: backup and restore of SQLite, and a doctor who says what is wrong with the set-up."""
