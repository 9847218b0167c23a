// Where the lobby and the simulator are, from the environment.

function address(name: string): string {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name} is not set: start the lobby and firmware-sim, or run \`cargo xtask test\`, which does`);
  }
  return value.replace(/\/$/, '');
}

export const lobbyUrl = address('NS_LOBBY_URL');
export const simUrl = address('NS_SIM_URL');
/** A second lobby, with `large.toml` and no hardware; only some tests need it. */
export const largeUrl = () => address('NS_LARGE_URL');
