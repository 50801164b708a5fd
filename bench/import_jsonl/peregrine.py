"""Peregrine: `peregrine import`, as for CSV."""
from engine import engine_of

Engine = engine_of("import", "peregrine")
