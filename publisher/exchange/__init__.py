"""What other systems read: feeds, sitemaps, ninjs and NewsML-G2, as pure functions of an article or a view."""
