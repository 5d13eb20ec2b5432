"""Figures from stats files and sweeps; `draw.py` is the command line."""
