"""Errors as Azure writes them, and the texts behind the six digits."""

from typing import Any

MESSAGES = {
    400000: "One of the request inputs is not valid.",
    400005: "An input text is missing or invalid.",
    400021: "The API version parameter is missing or invalid.",
    400035: "The source language is not valid.",
    400036: "The target language is missing or not valid.",
    400042: "One of the options specified is not valid.",
    400043: "The client trace ID (ClientTraceId field or X-ClientTraceId header) is missing or invalid.",
    400050: "The input text is too long. View request limits.",
    400071: "The value is not valid for TextType.",
    400072: "The array of input text has too many elements.",
    400074: "The body of the request is not valid JSON.",
    400077: "The maximum request size has been exceeded. View request limits.",
    401000: "The request is not authorized because credentials are missing or invalid.",
    403000: "The operation is not allowed.",
    403001: "The operation is not allowed because the subscription has exceeded its free quota.",
    405000: "The request method is not supported for the requested resource.",
    408001: "The translation system requested is being prepared. Please retry in a few minutes.",
    408002: "Request timed out waiting on incoming stream.",
    415000: "The Content-Type header is missing or invalid.",
    429000: "The server rejected the request because the client has exceeded request limits.",
    429001: "The server rejected the request because the client has exceeded request limits.",
    500000: "An unexpected error occurred.",
    503000: "Service is temporarily unavailable. Please retry.",
}


class Refused(Exception):
    """Ends a request with one of Azure's six-digit codes."""

    def __init__(self, code: int, **headers: str) -> None:
        super().__init__(code)
        self.code, self.headers = code, headers

    @property
    def status(self) -> int:
        return self.code // 1000

    def body(self) -> dict[str, Any]:
        return {"error": {"code": self.code, "message": MESSAGES[self.code]}}
