"""Engines: functions from data, a network and a plan to weights and a history."""
