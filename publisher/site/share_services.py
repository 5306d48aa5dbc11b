"""Where readers may share a page: addresses that are followed as they are, with no code of the service in our pages."""

from typing import NamedTuple


class Service(NamedTuple):
    """Where to share; ``address`` has {url} and {text} where they go, percent-encoded."""

    name: str
    address: str


MAIL = "mail"
SERVICES = {
    MAIL: Service("", "mailto:?subject={text}&body={url}"),
    "whatsapp": Service("WhatsApp", "https://wa.me/?text={text}%20{url}"),
    "telegram": Service("Telegram", "https://t.me/share/url?url={url}&text={text}"),
    "bluesky": Service("Bluesky", "https://bsky.app/intent/compose?text={text}%20{url}"),
    "facebook": Service("Facebook", "https://www.facebook.com/sharer/sharer.php?u={url}"),
    "linkedin": Service("LinkedIn", "https://www.linkedin.com/sharing/share-offsite/?url={url}"),
    "x": Service("X", "https://x.com/intent/post?url={url}&text={text}"),
}
USUAL = (MAIL, "whatsapp", "bluesky", "facebook")
