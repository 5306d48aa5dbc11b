"""Translation engines: each takes segments in one language and gives them in another, or says why not."""
