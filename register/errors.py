"""What can go wrong with the register, each with a Dutch sentence for the user."""

from __future__ import annotations

from data.errors import UserError


class RegisterError(UserError):
    """The register cannot be opened, read or written."""


class DamagedRegister(RegisterError):
    """What stands where the register should be cannot be read as one."""


class WrongConcern(RegisterError):
    """A field of a record is not what it should be.

    Parameters
    ----------
    field : str
        Name of the column.
    message : str
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class PersonalDetails(RegisterError):
    """A text holds what may point at a person, and nobody said that it is harmless."""


class Conflict(RegisterError):
    """Somebody else changed the same fields in between; nothing was overwritten, both are kept.

    Parameters
    ----------
    conflict : int
        Number under which what was not saved is kept.
    message : str
    """

    def __init__(self, conflict: int, message: str) -> None:
        super().__init__(message)
        self.conflict = conflict


class NothingToUndo(RegisterError):
    """What was to be taken back is not there, or was changed since."""
