"""The journeys that ship: one file each, found by bootstrap under their names."""

from connector.journeys.library import ask_why
from connector.journeys.steps import Journey
from connector.registry import Registry

JOURNEYS: Registry[Journey] = Registry("journey", {ask_why.JOURNEY.name: ask_why.JOURNEY})
