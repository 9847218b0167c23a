import { start } from '../shared/start.ts';
import Devices from './Devices.svelte';

start(Devices);
