from tests.chassis.bus.town.witness import witness

WORKER = witness("provincial")
