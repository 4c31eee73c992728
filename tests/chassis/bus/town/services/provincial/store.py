from tests.chassis.bus.town.tables import tables

metadata = tables("provincial")
