"""Imports: files of other systems become records, each row accounted for."""
