// Every word that a page says by itself. A key that stands in two files fails the unit test.
import { accounts } from './accounts.ts';
import { announce } from './announce.ts';
import { common } from './common.ts';
import { counter } from './counter.ts';
import { devices } from './devices.ts';
import { greeter } from './greeter.ts';
import { kiosk } from './kiosk.ts';
import { manager } from './manager.ts';
import { phone } from './phone.ts';
import { places } from './places.ts';
import { screen } from './screen.ts';
import { wiring } from './wiring.ts';

export const groups = [accounts, announce, common, counter, devices, greeter, kiosk, manager, phone, places, screen, wiring];

export const all = {
  ...accounts, ...announce, ...common, ...counter, ...devices, ...greeter, ...kiosk, ...manager, ...phone, ...places,
  ...screen, ...wiring,
};
