"""The officer's pages: looking records up in a browser, without script."""
