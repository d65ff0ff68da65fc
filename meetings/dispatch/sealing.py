"""Gateway keys at rest: sealed with a key that only the settings hold (Fernet: AES-128-CBC with HMAC-SHA-256)."""

from __future__ import annotations

from cryptography.fernet import Fernet, InvalidToken

from meetings.errors import Refusal


class Sealer:
    """Seals and opens gateway keys. Without a key it refuses both."""

    def __init__(self, key: str = "") -> None:
        """`key`: 32 bytes in URL-safe Base64, or empty.

        Raises:
            ValueError: another form.
        """
        self._box = Fernet(key) if key else None

    def seal(self, secret: str) -> str:
        """
        Raises:
            Refusal: the settings hold no key.
        """
        return self._need().encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str:
        """
        Raises:
            Refusal: the settings hold no key, or another one.
        """
        try:
            return self._need().decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise Refusal(
                "dispatch.key_changed", "Khóa của trục liên thông không mở được. Hãy nhập lại khóa ở trang Sổ văn bản."
            ) from None

    def _need(self) -> Fernet:
        if self._box is None:
            raise Refusal(
                "dispatch.no_sealing_key",
                "Máy chủ chưa có khóa để cất giữ khóa của trục liên thông. Hãy báo quản trị viên đặt DISPATCH_KEY.",
            )
        return self._box
