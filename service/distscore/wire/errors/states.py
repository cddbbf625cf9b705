"""Why a string is not a state, in words."""

WORDS = {
    "not_base64": "it is not base64",
    "other_version": "it is of another version",
    "too_wide": "it is of more classes than the service takes",
    "too_long": "it is longer than a state of so many classes can be",
    "damaged": "it is damaged: its checksum does not fit",
    "foreign": "it is not a state that this service made",
}
