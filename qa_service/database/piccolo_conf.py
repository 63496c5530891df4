"""What Piccolo's migration command must be able to import. Nothing connects here; the engine is bound at start."""

from piccolo.conf.apps import AppRegistry

from qa_service.database import current_engine

DB = current_engine()
APP_REGISTRY = AppRegistry(apps=["qa_service.database.piccolo_app"])
