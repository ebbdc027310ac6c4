"""Loaded before any test: nothing is garbage while OWL and its tests are loaded, so nobody looks for it."""

import gc

gc.disable()  # until everything is collected: see conftest.py
