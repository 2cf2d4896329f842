"""What an operator can set, read from the environment as `BILLHEAD_…`. Every limit has its name here."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The operator's choices; the defaults suit one shop on one machine."""

    model_config = SettingsConfigDict(env_prefix="BILLHEAD_", frozen=True, extra="ignore")

    data_dir: Path = Field(default=Path("data"), description="holds the default database, blobs and keys")
    database_url: str | None = Field(default=None, description="PostgreSQL URL; SQLite in data_dir when unset")
    blob_url: str | None = Field(default=None, description="object store (s3://…); a folder in data_dir when unset")
    public_url: str = Field(default="http://127.0.0.1:8000", description="how browsers reach this server")
    trusted_proxies: str | None = Field(
        default=None, description="addresses or networks, by commas, whose X-Forwarded-For and -Proto are believed"
    )
    secure_cookies: bool | None = Field(default=None, description="default: whether public_url is https")

    pool_size: int = Field(default=20, ge=1, description="database connections of one process")
    worker_threads: int = Field(default=4, ge=1, description="jobs that one worker runs at once")
    job_lease_seconds: int = Field(default=30, ge=5, description="a worker silent for this long loses its jobs")

    render_processes: int = Field(default=3, ge=1, description="processes that draw pages; a business has one less")
    render_seconds: float = Field(
        default=60, gt=0, description="longest time to draw one document; large ones may take three times that"
    )
    render_memory_mb: int = Field(default=1024, ge=128, description="most memory to draw one document with")
    render_recycle_mb: int = Field(default=256, description="a drawing process that holds more is replaced")
    render_line: int = Field(default=24, ge=2, description="requests that may wait for drawings at once, 28 at most")

    max_body_bytes: int = Field(default=8 * 1024 * 1024, description="largest request body")
    max_invoice_lines: int = Field(default=10_000, description="most lines on one invoice")
    max_template_bytes: int = Field(default=1024 * 1024, description="largest template")
    max_templates: int = Field(default=200, description="most templates of one business")
    max_font_bytes: int = Field(default=5 * 1024 * 1024, description="largest font that a business can upload")
    max_fonts: int = Field(default=40, description="most fonts of one business")
    max_preview_bytes: int = Field(default=1024 * 1024, description="largest data of one's own to try a template with")
    max_preview_pages: int = Field(default=50, description="most pages of a template's preview")
    max_page_size: int = Field(default=200, description="most rows of one list page")
    requests_per_minute_per_token: int = Field(default=6_000)
    requests_per_minute_per_address: int = Field(default=6_000)
    sign_in_attempts: int = Field(default=8, description="failed sign-ins per account and quarter hour")

    session_hours: int = Field(default=12, description="length of a console session")
    idempotency_days: int = Field(default=30)
    job_days: int = Field(default=7, description="how long a job that was done can be looked up")

    webhooks_may_be_private: bool = Field(
        default=False, description="lets webhooks into private and loopback networks, and over plain http"
    )
    webhook_timeout_seconds: float = Field(default=15, gt=0, description="longest wait for a webhook's receiver")
    webhook_days: int = Field(default=30, ge=2, description="how long deliveries can be looked up and replayed")
    max_webhooks: int = Field(default=20, description="most webhooks of one business")

    work_execution_url: str | None = Field(default=None, description="external work-execution system; ours when unset")
    work_execution_token: SecretStr | None = None
    work_execution_timeout_seconds: float = 3.0

    payout_url: str | None = Field(default=None, description="gateway that pays vendors; people do when unset")
    payout_token: SecretStr | None = None
    payout_timeout_seconds: float = Field(default=10.0, gt=0, description="longest wait for the payout gateway")
    payout_confirmation: bool = Field(
        default=True, description="without a gateway: a payout waits for a person's word, instead of counting as made"
    )

    otlp_endpoint: str | None = Field(default=None, description="OpenTelemetry collector; spans stay local when unset")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "INFO"

    @property
    def resolved_database_url(self) -> str:
        """The SQLAlchemy URL in force; `postgresql://` is taken to mean the psycopg 3 driver."""
        if self.database_url is None:
            return f"sqlite+pysqlite:///{self.data_dir.resolve() / 'billhead.sqlite3'}"
        for prefix in ("postgresql://", "postgres://"):
            if self.database_url.startswith(prefix):
                return "postgresql+psycopg://" + self.database_url.removeprefix(prefix)
        return self.database_url

    @property
    def cookies_are_secure(self) -> bool:
        return self.public_url.startswith("https://") if self.secure_cookies is None else self.secure_cookies
