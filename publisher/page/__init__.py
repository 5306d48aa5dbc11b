"""Pages: gathered from the store into a view, rendered, and answered with how long they may be kept."""
