"""The keys that secrets are encrypted under: a file `keyring.json` in `data_dir`, readable by its owner alone.

Made on first use. One key is current; earlier ones stay, so that whatever was encrypted under them, also by a process
that has not seen the new key yet, can be read.
"""

import base64
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from billhead.storage.ids import new_id

FILE_NAME = "keyring.json"
_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Keys:
    """AES-256 keys by id, and the id of the one to encrypt with."""

    current: str
    by_id: Mapping[str, bytes]


class KeyUnknown(RuntimeError):
    """A secret was encrypted under a key that this ring does not hold."""


class KeyRing:
    """The ring in one file; processes that share the file share the keys."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._keys: Keys | None = None
        self._changed_at = 0

    @property
    def keys(self) -> Keys:
        """The keys in the file, read again when it was changed; the ring is made if there is none."""
        if self._keys is None and not self._file.exists():
            self._make()
        changed_at = self._file.stat().st_mtime_ns
        if self._keys is None or changed_at != self._changed_at:
            self._keys, self._changed_at = self._read(), changed_at
        return self._keys

    def encrypt(self, value: bytes, bound_to: bytes) -> tuple[str, bytes]:
        """The current key's id, and nonce + ciphertext, which only decrypts with the same `bound_to`."""
        keys = self.keys
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return keys.current, nonce + AESGCM(keys.by_id[keys.current]).encrypt(nonce, value, bound_to)

    def decrypt(self, key_id: str, sealed: bytes, bound_to: bytes) -> bytes:
        """What `encrypt` was given. KeyUnknown without the key, `InvalidTag` if anything was changed."""
        key = self.keys.by_id.get(key_id)
        if key is None:
            raise KeyUnknown(key_id)
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound_to)

    def add_key(self) -> str:
        """Make a new current key; returns its id."""
        current, key = _new_key()
        return self._replace(Keys(current, {**self.keys.by_id, current: key}))

    def export(self) -> bytes:
        """The file's content, for a backup."""
        return _to_json(self.keys)

    def adopt(self, exported: bytes) -> None:
        """Take over an exported ring: its current key becomes current, keys held here already stay."""
        theirs = _from_json(exported)
        ours = self._read().by_id if self._file.exists() else {}
        self._replace(Keys(theirs.current, {**ours, **theirs.by_id}))

    def _make(self) -> None:
        current, key = _new_key()
        draft = self._write(Keys(current, {current: key}))
        try:
            os.link(draft, self._file)
        except FileExistsError:
            # Another process made it first: its ring is the one.
            return
        finally:
            draft.unlink()

    def _replace(self, keys: Keys) -> str:
        self._write(keys).replace(self._file)
        return keys.current

    def _write(self, keys: Keys) -> Path:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        draft = self._file.with_name(f".{FILE_NAME}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(_to_json(keys))
            file.flush()
            os.fsync(file.fileno())
        return draft

    def _read(self) -> Keys:
        return _from_json(self._file.read_bytes())


def _new_key() -> tuple[str, bytes]:
    return str(new_id()), AESGCM.generate_key(256)


def _to_json(keys: Keys) -> bytes:
    encoded = {key_id: base64.b64encode(key).decode() for key_id, key in keys.by_id.items()}
    return json.dumps({"current": keys.current, "keys": encoded}, indent=1).encode()


def _from_json(content: bytes) -> Keys:
    ring = json.loads(content)
    return Keys(ring["current"], {key_id: base64.b64decode(key) for key_id, key in ring["keys"].items()})
