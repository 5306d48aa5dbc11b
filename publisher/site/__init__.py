"""The newsroom as its pages present it: the site file, its theme, and where its pages may be shared."""
