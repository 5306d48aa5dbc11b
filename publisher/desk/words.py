"""The desk's words for states, moves, variants and blocks: those of the glossary, as people read them."""

STATES = {
    "draft": "Draft",
    "in_review": "In review",
    "scheduled": "Scheduled",
    "published": "Published",
    "updated": "Updated",
    "corrected": "Corrected",
    "unpublished": "Unpublished",
    "killed": "Killed",
}
ACTIONS = {
    "create": "wrote it",
    "revise": "revised it",
    "time": "set its times",
    "publish": "published it",
    "unpublish": "took it off the pages",
    "submit": "handed it in",
    "draft": "took it back to draft",
    "schedule": "scheduled it",
    "kill": "killed it",
    "delete": "deleted it",
    "lift": "its embargo ended",
    "expire": "it expired",
    "edit": "edited a translation",
    "review": "reviewed a translation",
    "retranslate": "asked for a translation anew",
}
VARIANTS = {
    "original": "original",
    "queued": "waiting",
    "translating": "translating",
    "machine": "machine",
    "edited": "edited",
    "reviewed": "reviewed",
    "failed": "failed",
}
BLOCKS = {
    "paragraph": "Paragraph",
    "heading": "Heading",
    "image": "Picture",
    "gallery": "Gallery",
    "quote": "Quote",
    "list": "List",
    "table": "Table",
    "embed": "Embed",
    "link": "Link",
    "divider": "Divider",
    "code": "Code",
    "correction": "Correction",
}
