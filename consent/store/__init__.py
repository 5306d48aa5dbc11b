"""The consent service's SQL: tables, and one module of queries per topic."""
