from tests.chassis.bus.town.witness import tables

metadata = tables("dispatch")
