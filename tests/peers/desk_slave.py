"""Desk units made of pymodbus: the register map of profile desk-modbus by somebody else's code.

    desk_slave.py PORT UNIT...      serves these units on a serial port at 115200 baud

Standard input, one command a line: `press UNIT CODE`. Standard output, one JSON object a line: `{"ready": true}`
first, then `{"unit": 1, "picture": [...]}` for every picture written and `{"unit": 1, "pressed": 3}` for every press.
"""

import asyncio
import json
import sys

from pymodbus.server import ModbusSerialServer
from pymodbus.simulator import DataType, SimData, SimDevice

INPUTS, HOLDINGS, RING = 12, 10, 8


def say(**what):
    print(json.dumps(what), flush=True)


class Desk:
    def __init__(self, unit):
        self.unit, self.sequence, self.ring = unit, 0, [0] * RING

    def press(self, code):
        self.sequence = (self.sequence + 1) % 65536
        self.ring = [code, *self.ring[:-1]]
        say(unit=self.unit, pressed=self.sequence)

    def inputs(self):
        return [1, 1000 + self.unit, self.sequence, *self.ring, 0]

    async def action(self, function, _start, address, _count, current, values):
        if function == 4:
            current[:] = self.inputs()[_start : _start + len(current)]
        elif function == 16:
            say(unit=self.unit, address=address, picture=values)
        return None

    def device(self):
        block = lambda count: [SimData(0, values=[0] * count, datatype=DataType.REGISTERS)]
        bits = lambda: [SimData(0, values=[False], datatype=DataType.BITS)]
        return SimDevice(
            self.unit, simdata=(bits(), bits(), block(HOLDINGS), block(INPUTS)), action=self.action
        )


async def main(port, units):
    desks = {unit: Desk(unit) for unit in units}
    server = ModbusSerialServer(
        [desk.device() for desk in desks.values()], port=port, baudrate=115200, ignore_missing_devices=True
    )
    await server.serve_forever(background=True)
    say(ready=True)
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := (await lines.readline()).decode():
        _, unit, code = line.split()
        desks[int(unit)].press(int(code))
    await server.shutdown()


asyncio.run(main(sys.argv[1], [int(unit) for unit in sys.argv[2:]]))
