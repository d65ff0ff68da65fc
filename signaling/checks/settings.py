"""What a site has to reach in a technical check, and how many sites measure at once; README.md lists them."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class CheckSettings(BaseSettings):
    model_config = SettingsConfigDict(case_sensitive=False, extra="ignore")

    #: Sites that measure at the same time, so that checks do not measure one another.
    check_at_once: int = Field(8, ge=1, le=50)
    #: The least loudness of the microphone while somebody speaks, in thousandths of the meter.
    check_level: int = Field(20, ge=0, le=1000)
    #: The most packets lost each way, in thousandths.
    check_lost: int = Field(20, ge=0, le=1000)
    #: The longest way there and back, in ms.
    check_round_trip: int = Field(300, ge=1, le=60_000)
    #: The least that the line carries from the site and to it, in kbit/s.
    check_up: int = Field(500, ge=1, le=1_000_000)
    check_down: int = Field(700, ge=1, le=1_000_000)
