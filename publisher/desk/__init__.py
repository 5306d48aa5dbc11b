"""The editor's desk: pages for those who write and publish, rendered by the server and improved by a light script."""
