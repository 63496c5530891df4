"""One linear history: two migrations of one moment would be taken for one, and the second never run."""

import importlib
import pkgutil

from qa_service.database import migrations


def test_every_migration_has_a_moment_of_its_own_and_is_named_by_it():
    names = [found.name for found in pkgutil.iter_modules(migrations.__path__)]
    ids = {name: importlib.import_module(f"{migrations.__name__}.{name}").ID for name in names}
    assert len(set(ids.values())) == len(ids)
    for name, moment in ids.items():
        day, time = moment.split("T")
        assert name.startswith(f"qa_{day.replace('-', '_')}t{time[:8].replace(':', '_')}_"), name
