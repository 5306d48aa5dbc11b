"""The sample newsroom's pictures, drawn from nothing: `python -m sample.drawing` writes them beside the articles."""
