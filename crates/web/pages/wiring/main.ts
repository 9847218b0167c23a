import { start } from '../shared/start.ts';
import Wiring from './Wiring.svelte';

start(Wiring);
