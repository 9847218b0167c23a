import { start } from '../shared/start.ts';
import Enroll from './Enroll.svelte';

start(Enroll);
