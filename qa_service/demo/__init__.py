"""A generated online-shop service department: staff, accounts, chats, surveys, records, wages, rosters, all from one seed.

Nothing here knows the database or the web; `generator.generate` writes files of the same form as a shop would export.
"""
