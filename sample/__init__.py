"""Sample newsroom: articles, pictures, notice and searches that the first run loads."""
