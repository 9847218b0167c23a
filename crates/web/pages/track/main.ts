import { start } from '../shared/start.ts';
import Track from './Track.svelte';

start(Track);
