"""Every read of what admins have set."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import cast

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from bookreviews.extensions import bound, read
from bookreviews.site.models import SiteSetting
from bookreviews.site.settings import SiteSettings

_STORED = select(SiteSetting.name, SiteSetting.value)
_LAST_CHANGE = select(func.max(SiteSetting.changed_at))


@dataclass(slots=True)
class Remembered:
    """The settings as this process last read them; `app.py` binds one to each application.

    Every page shows the site's name, and a page must not cost a statement more for it. What an
    admin changes holds in every process within `lasts` seconds. Tests switch that off with 0, or
    let it last with infinity.
    """

    defaults: SiteSettings
    lasts: float = 1.0
    clock: Callable[[], float] = monotonic
    _settings: SiteSettings | None = field(default=None, init=False)
    _read_at: float = field(default=0.0, init=False)

    def current(self) -> SiteSettings:
        """Return the settings, read again where they are older than `lasts`."""
        if self._settings is None or self.clock() - self._read_at >= self.lasts:
            began = self.clock()
            self._settings, self._read_at = _stored(self.defaults), began
        return self._settings

    def last_known(self) -> SiteSettings:
        """Return the settings as they were last read, or the defaults."""
        return self._settings or self.defaults

    def forget(self) -> None:
        """Read the settings anew next time."""
        self._settings = None


def current() -> SiteSettings:
    """Return what holds now, at most a second old."""
    return _remembered().current()


def current_or_last_known() -> SiteSettings:
    """Return what holds now, for a page that must be shown even while the database is broken."""
    try:
        return current()
    except SQLAlchemyError:
        return _remembered().last_known()


def stored() -> SiteSettings:
    """Return what the database says at this moment: for the page where it is changed."""
    return _stored(_remembered().defaults)


def last_change() -> datetime | None:
    """Return when something was last changed, or None if nothing ever was."""
    return cast("datetime | None", read(_LAST_CHANGE).scalar())


def forget() -> None:
    """Let this process read the settings anew: it has just changed them."""
    _remembered().forget()


def _stored(defaults: SiteSettings) -> SiteSettings:
    return defaults.with_stored((row.name, row.value) for row in read(_STORED))


def _remembered() -> Remembered:
    return cast(Remembered, bound("site"))
