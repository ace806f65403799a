"""Errors a user can do something about: one Dutch sentence that says what happened and what to do next."""


class UserError(Exception):
    """Base of every error that is shown to a user as it is, on the screen and on the command line."""


class SettingsError(UserError):
    """A setting is wrong or unknown."""


class TableError(UserError):
    """A file or answer is not a table of CBS neighbourhood figures that Wijkradar can read."""


class BordersError(UserError):
    """A file with borders cannot be read."""


class AddressesError(UserError):
    """A file with addresses cannot be read or compared."""


class ProjectionError(UserError):
    """An official projection cannot be read, or cannot be brought to the gemeenten of now."""


class StoreError(UserError):
    """The store cannot be opened, read or written."""


class StoreTooNew(StoreError):
    """The store was written by a newer Wijkradar."""


class UnknownGemeente(UserError):
    """No gemeente with that code or name."""


class ServiceError(UserError):
    """CBS or PDOK could not be reached or gave an answer that makes no sense.

    Attributes
    ----------
    reason : str
        Why, as a clause that fits inside a sentence.
    unreachable : bool
        The whole service is out of reach, so that asking it for something else is of no use now.
    not_there : bool
        The service works, and says that it does not have this.
    """

    def __init__(
        self, message: str, *, reason: str = "", unreachable: bool = False, not_there: bool = False
    ) -> None:
        super().__init__(message)
        self.reason = reason or message
        self.unreachable = unreachable
        self.not_there = not_there


class FetchRunning(UserError):
    """Figures are being fetched already; two runs at once would ask everything twice."""


class ExportError(UserError):
    """An export cannot be made."""
