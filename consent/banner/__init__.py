"""What the reader sees: the banner's script and styles, its texts, and the same choices as pages without a script."""
