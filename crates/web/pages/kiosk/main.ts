import { start } from '../shared/start.ts';
import './kiosk.css';
import Kiosk from './Kiosk.svelte';

start(Kiosk);
