"""The strings of the IAB's frameworks, TCF 2.3 and GPP, as far as the service reads, checks and writes them."""
