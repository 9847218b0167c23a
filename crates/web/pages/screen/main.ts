import { start } from '../shared/start.ts';
import Screen from './Screen.svelte';

start(Screen);
