import { start } from '../shared/start.ts';
import Signin from './Signin.svelte';

start(Signin);
