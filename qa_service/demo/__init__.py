"""A generated online-shop service department from one seed: staff, accounts, chats, surveys, records, wages, rosters.

Nothing here knows the database or the web; `generator.generate` writes files of the same form as a shop would export.
"""

from qa_service.demo.generator import generate
from qa_service.demo.shapes import DemoData

__all__ = ["DemoData", "generate"]
