import { start } from '../shared/start.ts';
import Kiosk from './Kiosk.svelte';

start(Kiosk);
