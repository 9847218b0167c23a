import { start } from '../shared/start.ts';
import Index from './Index.svelte';

start(Index);
