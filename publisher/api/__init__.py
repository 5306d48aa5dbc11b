"""The publisher over HTTP: schema in, one call, schema out."""
