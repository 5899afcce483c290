"""Loadstar's engine: pure computation that knows nothing of Home Assistant.

The same folder is packaged as ``loadstar_engine``, so everything in it uses
relative imports only.
"""
