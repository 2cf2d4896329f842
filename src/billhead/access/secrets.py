"""Passwords and random secrets: how they are made, kept (hashed only) and compared."""

import hashlib
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from billhead.refusal import Fault, FaultCode, Malformed, TooMany

TOKEN_PREFIX = "bh_"  # noqa: S105
MIN_PASSWORD_LENGTH = 10
MAX_PASSWORD_LENGTH = 200
MIN_PIN_LENGTH, MAX_PIN_LENGTH = 4, 12
_hasher = PasswordHasher()
_AT_ONCE = max(2, os.cpu_count() or 1)
_MOST_WAITING = 4 * _AT_ONCE
_turns = threading.BoundedSemaphore(_AT_ONCE)
_places = threading.BoundedSemaphore(_AT_ONCE + _MOST_WAITING)


def totp_name(user_id: UUID) -> str:
    """Where the seed of a person's one-time codes is kept in the secret store of a tenant."""
    return f"totp:{user_id}"


def new_secret() -> str:
    """256 random bits, safe in URLs and headers."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """SHA-256 of a random secret. Enough for 256 random bits; passwords take argon2."""
    return hashlib.sha256(secret.encode()).hexdigest()


def same_secret(left: str, right: str) -> bool:
    """Compare in constant time."""
    return secrets.compare_digest(left.encode(), right.encode())


def hash_password(password: str) -> str:
    """argon2id with the library's current parameters; too short or too long is refused."""
    if not MIN_PASSWORD_LENGTH <= len(password) <= MAX_PASSWORD_LENGTH:
        code = FaultCode.TOO_SHORT if len(password) < MIN_PASSWORD_LENGTH else FaultCode.TOO_LONG
        fault = Fault(code, f"needs {MIN_PASSWORD_LENGTH} to {MAX_PASSWORD_LENGTH} characters")
        raise Malformed("WEAK_PASSWORD", "The password cannot be used.", field_errors={"password": fault})
    with _turn_at_hashing():
        return _hasher.hash(password)


def hash_pin(pin: str) -> str:
    """argon2id of 4 to 12 digits. So short a secret is safe only behind a limit of attempts."""
    if not (pin.isascii() and pin.isdigit() and MIN_PIN_LENGTH <= len(pin) <= MAX_PIN_LENGTH):
        fault = Fault(FaultCode.WRONG_FORM, f"needs {MIN_PIN_LENGTH} to {MAX_PIN_LENGTH} digits")
        raise Malformed("WEAK_PIN", "The PIN cannot be used.", field_errors={"pin": fault})
    with _turn_at_hashing():
        return _hasher.hash(pin)


def check_password(password: str, password_hash: str | None) -> bool:
    """Whether the password fits. Takes as long when there is no such account, so that nobody can tell."""
    tried = password if len(password) <= MAX_PASSWORD_LENGTH else ""
    with _turn_at_hashing():
        nobodys = _nobodys_hash()
        try:
            _hasher.verify(password_hash or nobodys, tried)
        except VerificationError:
            return False
    return password_hash is not None


@contextmanager
def _turn_at_hashing() -> Iterator[None]:
    """argon2 takes 64 MiB and all of a core: as many at once as there are cores, a few waiting, the rest refused.

    Otherwise parallel guesses would take the memory and the worker threads that everybody else needs.
    """
    if not _places.acquire(blocking=False):
        raise TooMany("SIGN_IN_BUSY", "Too many people sign in at this moment. Try again.", retry_after=2)
    try:
        with _turns:
            yield
    finally:
        _places.release()


@cache
def _nobodys_hash() -> str:
    return _hasher.hash(new_secret())
