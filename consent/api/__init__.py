"""The consent service over HTTP: one module per kind of caller; registered in `consent.app`."""
