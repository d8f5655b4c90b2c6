"""Tests neither use nor fill the cache of whoever runs them."""

from __future__ import annotations

import os

os.environ["UNSTUCK_CACHE_DIR"] = "off"
