"""What this database is: facts about the whole file, not about the department."""

from piccolo.table import Table

from qa_service.database.columns import text


class DatabaseFact(Table):
    """One fact by name: the check values of the keys that it was written with, and whether it is a demo.

    `name` is unique in the database.
    """

    name = text()
    value = text()
