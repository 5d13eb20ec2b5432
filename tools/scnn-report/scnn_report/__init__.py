"""scnn-report: a page from a stats file, or from two to compare."""
