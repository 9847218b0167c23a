"""Window displays made of pymodbus: profile led-digits-modbus by somebody else's code.

    led_slave.py PORT UNIT...      serves these displays on a serial port at 9600 baud

Standard output, one JSON object a line: `{"ready": true}` first, then `{"unit": 11, "function": 6, "address": 136,
"values": [12]}` for every write.
"""

import asyncio
import json
import sys

from pymodbus.server import ModbusSerialServer
from pymodbus.simulator import DataType, SimData, SimDevice

REGISTERS = 0x100


def say(**what):
    print(json.dumps(what), flush=True)


def display(unit):
    async def action(function, _start, address, _count, _current, values):
        if values is not None:
            say(unit=unit, function=function, address=address, values=values)
        return None

    block = lambda: [SimData(0, values=[0] * REGISTERS, datatype=DataType.REGISTERS)]
    bits = lambda: [SimData(0, values=[False], datatype=DataType.BITS)]
    return SimDevice(unit, simdata=(bits(), bits(), block(), block()), action=action)


async def main(port, units):
    displays = [display(unit) for unit in units]
    server = ModbusSerialServer(displays, port=port, baudrate=9600, ignore_missing_devices=True)
    await server.serve_forever(background=True)
    say(ready=True)
    await asyncio.Event().wait()


asyncio.run(main(sys.argv[1], [int(unit) for unit in sys.argv[2:]]))
