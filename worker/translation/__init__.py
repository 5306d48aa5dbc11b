"""From an article's texts to segments, through memory and engines, and back to texts that can be trusted."""
