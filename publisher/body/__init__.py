"""What an article is made of: blocks, inline text, credits and bylines, read and written in their forms."""
