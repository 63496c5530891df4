"""The page kit of the templates, for tests of pages; addresses of static files are not their business."""

import pytest

from qa_service.web import kit
from qa_service.web.rendering import environment


@pytest.fixture
def pages(monkeypatch):
    kit.install(environment())
    monkeypatch.setitem(environment().globals, "static_url", lambda name: f"/static/0/{name}")
