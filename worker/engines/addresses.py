"""What an address looks like in running text: it must come through a translation as it is."""

import re

ADDRESS = re.compile(
    r"https?://[^\s<>]*[\w/]"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|\b(?:[\w-]+\.)+(?:com|org|net|eu|info|io|gov|edu|cat|es|uk)\b(?:/[\w/.-]*\w)?"
    r"|\bwww(?:\.[\w-]+)+(?:/[\w/.-]*\w)?"
)
