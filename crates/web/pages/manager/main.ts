import { start } from '../shared/start.ts';
import Manager from './Manager.svelte';

start(Manager);
