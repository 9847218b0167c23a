"""A lobby's end of the desk line made of pymodbus.

    desk_master.py PORT UNIT REGISTER...    writes ten holding registers, reads twelve input registers

Prints one JSON object: `{"written": bool, "inputs": [...]}`.
"""

import json
import sys

from pymodbus.client import ModbusSerialClient

port, unit, *registers = sys.argv[1:]
client = ModbusSerialClient(port=port, baudrate=115200, timeout=3)
assert client.connect(), f"{port} cannot be opened"
written = client.write_registers(0, [int(register) for register in registers], device_id=int(unit))
inputs = client.read_input_registers(0, count=12, device_id=int(unit))
print(json.dumps({"written": not written.isError(), "inputs": inputs.registers}))
