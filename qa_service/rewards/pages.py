"""All pages of this room: 奖惩记录, wage records, sheets."""

from qa_service.rewards import event_pages, sheet_pages, wage_pages

routes = [*event_pages.routes, *wage_pages.routes, *sheet_pages.routes]
