"""What a user has to mend before a command can go on."""

from __future__ import annotations


class ConfigError(Exception):
    """The configuration cannot be used; the message says where and what to write instead."""
