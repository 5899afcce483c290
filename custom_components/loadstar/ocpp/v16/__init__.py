"""OCPP 1.6J."""

from .charge_point import ChargePoint16

__all__ = ["ChargePoint16"]
