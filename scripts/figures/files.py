"""Files that appear whole, or not at all."""

import os

from .records import InputError


def write_all(contents):
    """Writes {path: bytes}: all of them, or none and an InputError."""
    written = {}
    path = None
    try:
        for path, content in contents.items():
            if os.path.isdir(path):
                raise InputError(f"'{path}': Is a directory")
            temporary = f"{path}.{os.getpid()}.tmp"
            written[path] = temporary
            with open(temporary, "xb") as stream:
                stream.write(content)
        for path, temporary in written.items():
            os.replace(temporary, path)
    except OSError as error:
        raise InputError(f"'{path}': {error.strerror}") from error
    finally:
        for temporary in written.values():
            if os.path.exists(temporary):
                os.remove(temporary)
