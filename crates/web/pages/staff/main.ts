import { start } from '../shared/start.ts';
import Staff from './Staff.svelte';

start(Staff);
