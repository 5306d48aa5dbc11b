"""Signing in to the pages of a service that are for its own people: a console, a desk.

A service names the place (`place.SignIn`), lets `pages.add_to` give its blueprint the pages, and guards its views with
`session.signed_in`. A token is shown once and typed or pasted once; the session that it opens carries what it allowed.
"""
