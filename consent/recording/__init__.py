"""Putting a choice on record, whoever brings it: the reader, an account, the site's server, an officer."""
