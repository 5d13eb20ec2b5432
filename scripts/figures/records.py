"""JSON whose fields are checked as they are read."""

import json


class InputError(Exception):
    """What the user can mend, in one line that names the file and the field."""


class Record:
    """A JSON object that knows its file and its place in it.

    Every method returns a field's value, or raises InputError if the field is
    missing or of another kind. A JSON boolean is no number here.
    """

    def __init__(self, value, file, place=""):
        self.file, self.place = file, place
        if not isinstance(value, dict):
            raise self._error(place or "the file", "an object", value)
        self.value = value

    def has(self, name):
        return name in self.value

    def names(self):
        return list(self.value)

    def where(self, name):
        """A field's place in the file, for messages."""
        return f"{self.place}.{name}" if self.place else name

    def text(self, name):
        return self._typed(name, str, "a text")

    def count(self, name):
        """An integer that is not negative."""
        value = self._typed(name, int, "a count")
        if value < 0:
            raise self._error(self.where(name), "a count", value)
        return value

    def fraction(self, name):
        """A number from 0 to 1."""
        value = self._typed(name, (int, float), "a number from 0 to 1")
        if not 0 <= value <= 1:
            raise self._error(self.where(name), "a number from 0 to 1", value)
        return value

    def record(self, name):
        return Record(self._field(name), self.file, self.where(name))

    def records(self, name):
        values = self._typed(name, list, "a list")
        return [Record(value, self.file, f"{self.where(name)}[{index}]")
                for index, value in enumerate(values)]

    def counts(self, name):
        """Of an object of counts, the counts by name."""
        inner = self.record(name)
        return {key: inner.count(key) for key in inner.names()}

    def count_list(self, name, length):
        values = self._typed(name, list, f"a list of {length} counts")
        if (len(values) != length or
                any(type(value) is not int or value < 0 for value in values)):
            raise self._error(self.where(name), f"a list of {length} counts",
                              values)
        return values

    def _field(self, name):
        if name not in self.value:
            raise InputError(f"{self.file}: {self.where(name)} is missing")
        return self.value[name]

    def _typed(self, name, kinds, expected):
        value = self._field(name)
        if not isinstance(value, kinds) or isinstance(value, bool):
            raise self._error(self.where(name), expected, value)
        return value

    def _error(self, where, expected, value):
        got = json.dumps(value)
        if len(got) > 40:
            got = got[:37] + "..."
        return InputError(f"{self.file}: expected {where} to be {expected}, "
                          f"but got {got}")


def _no_number(text):
    raise ValueError(f"{text} is no JSON number")


def read_json(file):
    """The object that a JSON file holds, as a Record."""
    try:
        with open(file, encoding="utf-8") as stream:
            return Record(json.load(stream, parse_constant=_no_number), file)
    except OSError as error:
        raise InputError(f"'{file}': {error.strerror}") from error
    except json.JSONDecodeError as error:
        raise InputError(f"{file}:{error.lineno}:{error.colno}: expected JSON: "
                         f"{error.msg[0].lower()}{error.msg[1:]}") from error
    except RecursionError as error:
        raise InputError(f"{file}: is nested too deeply") from error
    except ValueError as error:
        raise InputError(f"{file}: expected JSON: {error}") from error
