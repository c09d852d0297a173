"""How fast the engine is, measured beside its peers: `make bench`, or `python -m benchmarks`."""
