import { start } from '../shared/start.ts';
import Greeter from './Greeter.svelte';

start(Greeter);
