"""What search makes of texts and queries, whatever the database."""
