"""Have the file of the past whole while a backup copies it.

A copy of a database that is being written is broken; see SQLite's "How To Corrupt".
"""

from homeassistant.core import HomeAssistant

from .observing import async_database


async def async_pre_backup(hass: HomeAssistant) -> None:
    """Write no more until the backup is made."""
    await async_database(hass).async_hold()


async def async_post_backup(hass: HomeAssistant) -> None:
    """Write again."""
    await async_database(hass).async_release()
