"""Notices, settings and running services to test with."""

import copy
from typing import Any

from consent.banner import texts

DOCUMENT: dict[str, Any] = {
    "site": "newsroom",
    "default_language": "en",
    "controller": {
        "name": "The Daily Example",
        "address": "1 Example Street",
        "email": "privacy@example.org",
        "privacy_policy": "https://example.org/privacy",
    },
    "purposes": [
        {"id": "necessary", "required": True},
        {"id": "analytics", "required": False},
        {"id": "marketing", "required": False},
    ],
    "vendors": [
        {
            "id": "counter",
            "name": "Counter",
            "purposes": ["analytics"],
            "privacy_policy": "https://counter.example/policy",
        },
        {
            "id": "seller",
            "name": "Seller",
            "purposes": ["analytics", "marketing"],
            "privacy_policy": "https://seller.example/p",
        },
    ],
    "layout": {"position": "bar", "buttons": ["refuse", "preferences", "agree"]},
    "validity_days": 180,
    "regulation": "eu",
    "texts": texts.standard(("en", "es"), ("necessary", "analytics", "marketing")),
}


def document(**changes: Any) -> dict[str, Any]:
    """Make a notice's document of our own, with some of its members changed."""
    return {**copy.deepcopy(DOCUMENT), **changes}
