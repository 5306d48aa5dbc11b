"""The rules of a choice: what is shown, what is decided, and the record that becomes of it."""
