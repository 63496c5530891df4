"""What a form (质检表) is, and how one set of answers becomes a mark.

forms (structs) → loading (files, JSON, checks) → marking (the arithmetic) → explaining (what each item cost, and what
would have changed the mark). Nothing here knows a database, a page or a person.
"""
