"""Where the sun stands, and what a clear or an overcast sky gives to panels."""

from typing import NamedTuple

import numpy as np

from .types import SLOT_S, FloatArray, IntArray, PanelsConfig

_DAY_S = 86_400
_SOLAR_CONSTANT = 1353.0  # W/m²
_STANDARD_IRRADIANCE = 1000.0  # W/m² at which a module gives its peak power
_CLEAR_DIFFUSE = 0.12  # of a level surface's clear-sky irradiance
_OVERCAST = 0.22  # of it that comes through closed cloud
_ALBEDO = 0.2


class SunPosition(NamedTuple):
    """Height above the horizon and azimuth (south is pi) in radians, and solar hours; (N,) each."""

    height: FloatArray
    azimuth: FloatArray
    solar_h: FloatArray  # 12 is noon


class PanelPower(NamedTuple):
    """DC power in kW of cold panels under the sun and under closed cloud, (N,) each.

    ``direct_kw`` is the part of ``sunny_kw`` that trees can take.
    """

    sunny_kw: FloatArray
    direct_kw: FloatArray
    overcast_kw: FloatArray


def sun_position(start_s: IntArray, latitude_deg: float, longitude_deg: float) -> SunPosition:
    """Return the sun's position in the middle of slots that start so many s after 1970.

    Declination and equation of time after Spencer (Search 2, 1971), within 0.3°.
    """
    middle_s = start_s + SLOT_S / 2
    # angle of the year; 365.2422 days since a midnight of 1 January
    angle = 2 * np.pi * (middle_s / _DAY_S % 365.2422) / 365.2422
    declination = (
        0.006918
        - 0.399912 * np.cos(angle)
        + 0.070257 * np.sin(angle)
        - 0.006758 * np.cos(2 * angle)
        + 0.000907 * np.sin(2 * angle)
    )
    equation_min = 229.18 * (
        0.000075
        + 0.001868 * np.cos(angle)
        - 0.032077 * np.sin(angle)
        - 0.014615 * np.cos(2 * angle)
        - 0.040849 * np.sin(2 * angle)
    )
    solar_h = middle_s % _DAY_S / 3600 + longitude_deg / 15 + equation_min / 60
    hour_angle = np.pi / 12 * (solar_h - 12)
    latitude = np.radians(latitude_deg)
    height = np.arcsin(
        np.sin(latitude) * np.sin(declination)
        + np.cos(latitude) * np.cos(declination) * np.cos(hour_angle)
    )
    azimuth = np.pi + np.arctan2(
        np.sin(hour_angle),
        np.cos(hour_angle) * np.sin(latitude) - np.tan(declination) * np.cos(latitude),
    )
    return SunPosition(height, azimuth, solar_h % 24)


def panel_power(sun: SunPosition, panels: PanelsConfig) -> PanelPower:
    """Return what tilted panels give under a clear and under an overcast sky.

    Direct irradiance after Meinel ("Applied solar energy", 1976), diffuse light from all of the
    sky alike.
    """
    up = np.maximum(np.sin(sun.height), 0.0)
    is_day = up > 0
    air_mass = 1 / np.maximum(up, 0.02)
    direct = np.where(is_day, _SOLAR_CONSTANT * 0.7 ** (air_mass**0.678), 0.0)
    tilt, azimuth = np.radians(panels.tilt_deg), np.radians(panels.azimuth_deg)
    on_panels = np.maximum(
        up * np.cos(tilt) + np.cos(sun.height) * np.sin(tilt) * np.cos(sun.azimuth - azimuth), 0.0
    )
    level = direct * up / (1 - _CLEAR_DIFFUSE)
    from_sky = (1 + np.cos(tilt)) / 2 + _ALBEDO * (1 - np.cos(tilt)) / 2
    kw_per_irradiance = panels.peak_kw * (1 - panels.losses) / _STANDARD_IRRADIANCE
    direct_kw = direct * on_panels * is_day * kw_per_irradiance
    sunny_kw = direct_kw + _CLEAR_DIFFUSE * level * from_sky * kw_per_irradiance
    # where the sun is behind the panels, cloud scatters no more to them than a clear sky does
    overcast_kw = np.minimum(_OVERCAST * level * from_sky * kw_per_irradiance, sunny_kw)
    return PanelPower(sunny_kw, direct_kw, overcast_kw)
