// Puts a page into its shell.
import { mount, type Component } from 'svelte';
import './tokens.css';

export function start(page: Component): void {
  const place = document.getElementById('app');
  if (!place) throw new Error('the shell has no #app');
  mount(page, { target: place });
}
