"""Forecasters that live through a simulated year and are judged by it."""
