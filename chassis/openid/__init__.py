"""OpenID Connect Core 1.0 as a relying party: the authorization code flow with PKCE, and what claims allow.

It knows no web framework: `chassis.sign_in.openid_pages` gives it the two addresses that it takes.
"""
