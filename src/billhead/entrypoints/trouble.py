"""What an operator reads when the surroundings of a command are wrong: its settings, its database.

Words hold neither the database's URL nor any other value of the settings, which may be secrets.
"""

from pydantic import ValidationError
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from billhead.storage.database import APP_ROLE
from billhead.storage.settings import Settings


def words_for(error: Exception) -> str | None:
    """The words for a fault of the surroundings; None for anything else, which is a bug."""
    if isinstance(error, ValidationError) and error.title == Settings.__name__:
        faults = (f"BILLHEAD_{'_'.join(map(str, f['loc'])).upper()}: {f['msg']}" for f in error.errors())
        return "; ".join(faults)
    if isinstance(error, ArgumentError | NoSuchModuleError):
        return "BILLHEAD_DATABASE_URL is not the URL of a database such as postgresql://user@host/name."
    if isinstance(error, OperationalError):
        return f"The database cannot be used: {str(error.orig).splitlines()[0]}"
    if isinstance(error, DBAPIError) and f'role "{APP_ROLE}" does not exist' in str(error.orig):
        return "The database must be migrated first, by its owner: billhead migrate."
    if isinstance(error, OSError) and error.filename is not None:
        return f"BILLHEAD_DATA_DIR cannot be used: {error.strerror}"
    return None
