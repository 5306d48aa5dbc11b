"""Apertium, the offline engine, and what a rule-based engine needs done to a text before and after."""

from worker.engines.apertium.engine import Apertium, installed

__all__ = ["Apertium", "installed"]
