"""A lobby's end of window displays made of pymodbus.

    led_master.py PORT UNIT NUMBER UNIT TEXT    writes a number to one display and four characters to another

Prints one JSON object: `{"number": bool, "text": bool}`, whether each was answered.
"""

import json
import sys

from pymodbus.client import ModbusSerialClient

port, number_unit, number, text_unit, text = sys.argv[1:]
client = ModbusSerialClient(port=port, baudrate=9600, timeout=3)
assert client.connect(), f"{port} cannot be opened"
one = client.write_register(0x88, int(number), device_id=int(number_unit))
pairs = [ord(text[place]) << 8 | ord(text[place + 1]) for place in range(0, len(text), 2)]
many = client.write_registers(0x70, pairs, device_id=int(text_unit))
print(json.dumps({"number": not one.isError(), "text": not many.isError()}))
