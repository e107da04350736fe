"""Forms as browsers send them, bounded before anybody looks at what they say."""

from collections.abc import Mapping
from urllib.parse import parse_qs

from app.kernel.errors import Malformed

FORM_BYTES = 8 * 1024
_FIELDS = 20
_MEDIA = "application/x-www-form-urlencoded"


class UnreadableForm(Malformed):
    """The form cannot be read."""


def read_form(content_type: str, body: bytes) -> Mapping[str, str]:
    """The fields of a form, each said once."""
    if content_type.partition(";")[0].strip().lower() != _MEDIA:
        raise UnreadableForm(f"send {_MEDIA}")
    if len(body) > FORM_BYTES:
        raise UnreadableForm(f"a form may take {FORM_BYTES} bytes")
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=_FIELDS, errors="strict")
    except ValueError:  # that it is not UTF-8 is one, too
        raise UnreadableForm("the fields cannot be told apart") from None
    if any(len(said) > 1 or "\x00" in said[0] for said in fields.values()):
        raise UnreadableForm("each field is said once, without control characters")
    return {name: said[0] for name, said in fields.items()}
