"""Measurements by hand, never in a timed test; docs/benchmarks.md holds the figures and the commands."""
