import { start } from '../shared/start.ts';
import Counter from './Counter.svelte';

start(Counter);
